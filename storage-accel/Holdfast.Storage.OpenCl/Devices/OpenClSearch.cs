namespace Holdfast.Storage.OpenCl;

/// <summary>What a search for devices found.</summary>
/// <param name="Devices">All that were found, also those that are <see cref="OpenClDevice.Unfit"/>.</param>
/// <param name="Finding">For people: what there is, or what is missing and what to do.</param>
public sealed record OpenClSearch(OpenClAvailability Availability, IReadOnlyList<OpenClDevice> Devices, string Finding)
{
    internal static OpenClSearch Without(OpenClAvailability availability, string finding) =>
        new(availability, [], finding);
}
