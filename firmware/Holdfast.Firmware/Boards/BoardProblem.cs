using System.Globalization;

namespace Holdfast.Firmware.Boards;

/// <summary>Something wrong in a board file: where, what, and what to do.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Line">From 1; 0: the file as a whole.</param>
internal sealed record BoardProblem(string File, int Line, int Column, string What, string Remedy)
{
    public override string ToString()
    {
        var where = Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}") : File;
        return $"{where}: {What}. {Remedy}";
    }
}
