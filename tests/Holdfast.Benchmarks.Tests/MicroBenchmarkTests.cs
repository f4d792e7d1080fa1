using System.Reflection;
using BenchmarkDotNet.Attributes;
using Holdfast.Benchmarks.Micro;
using Xunit;

namespace Holdfast.Benchmarks.Tests;

/// <summary>Each benchmark runs once with its smallest parameters, so that none rots.</summary>
public sealed class MicroBenchmarkTests
{
    public static TheoryData<Type, string> Benchmarks =>
        [
            .. typeof(MicroBenchmarks)
                .Assembly.GetExportedTypes()
                .SelectMany(type =>
                    type.GetMethods()
                        .Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null)
                        .Select(method => (type, method.Name))
                ),
        ];

    [Theory]
    [MemberData(nameof(Benchmarks))]
    public void A_benchmark_runs(Type type, string method)
    {
        var instance = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties())
        {
            if (property.GetCustomAttribute<ParamsAttribute>() is { } parameters)
            {
                property.SetValue(instance, parameters.Values[0]);
            }
        }

        foreach (var setup in type.GetMethods().Where(m => m.GetCustomAttribute<GlobalSetupAttribute>() is not null))
        {
            setup.Invoke(instance, null);
        }

        type.GetMethod(method)!.Invoke(instance, null);
    }
}
