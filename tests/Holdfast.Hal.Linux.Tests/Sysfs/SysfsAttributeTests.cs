using FsCheck;
using FsCheck.Fluent;
using Holdfast.Hal.Linux.Sysfs;
using Xunit;

namespace Holdfast.Hal.Linux.Tests.Sysfs;

public sealed class SysfsAttributeTests : IDisposable
{
    private readonly SysfsFolder folder = new();

    [Theory]
    [InlineData("42\n", 42)]
    [InlineData("42", 42)]
    [InlineData("-7\n", -7)]
    [InlineData(" 42 \n", 42)]
    public void A_number_is_read_with_or_without_its_newline(string content, long number)
    {
        Assert.Equal(AttributeState.Good, Number(content, out var read));
        Assert.Equal(number, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("12.5\n")]
    [InlineData("0x10\n")]
    [InlineData("1\n2\n")]
    [InlineData("1 000\n")]
    [InlineData("9223372036854775808\n")]
    [InlineData("nonsense\n")]
    public void What_is_no_number_is_broken_and_never_zero_by_default(string content) =>
        Assert.Equal(AttributeState.Broken, Number(content, out _));

    [Fact]
    public void A_file_that_is_not_there_is_absent()
    {
        Assert.Equal(AttributeState.Absent, SysfsAttribute.TryRead(folder.PathOf("no/such"), out var text));
        Assert.Equal("", text);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_broken()
    {
        folder.Break("attribute");
        Assert.Equal(AttributeState.Broken, SysfsAttribute.TryRead(folder.PathOf("attribute"), out _));
    }

    [Fact]
    public void A_huge_file_is_broken_and_not_read_to_its_end()
    {
        using (var file = File.Create(folder.PathOf("huge")))
        {
            file.SetLength(1L << 40);
        }

        Assert.Equal(AttributeState.Broken, SysfsAttribute.TryRead(folder.PathOf("huge"), out _));
    }

    [Fact]
    public void The_longest_value_is_taken_and_one_byte_more_is_not()
    {
        Assert.Equal(AttributeState.Good, Text(new string('x', SysfsAttribute.LengthMax), out _));
        Assert.Equal(AttributeState.Broken, Text(new string('x', SysfsAttribute.LengthMax + 1), out _));
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                var path = folder.PathOf("attribute");
                File.WriteAllBytes(path, bytes);
                return SysfsAttribute.TryRead(path, out _) != AttributeState.Absent
                    && SysfsAttribute.TryReadNumber(path, out _) != AttributeState.Absent;
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Text_that_is_not_ascii_never_passes_for_another_name()
    {
        File.WriteAllBytes(folder.PathOf("name"), [0xC3, 0xA9, 0xFF, (byte)'\n']);
        SysfsAttribute.TryRead(folder.PathOf("name"), out var name);
        Assert.DoesNotContain(name, c => char.IsAsciiLetterOrDigit(c));
    }

    [Fact]
    public void Writing_replaces_what_was_there()
    {
        folder["pwm1"] = "255";
        Assert.True(SysfsAttribute.Write(folder.PathOf("pwm1"), 7).Done);
        Assert.Equal("7\n", File.ReadAllText(folder.PathOf("pwm1")));
    }

    [Fact]
    public void Writing_makes_no_file_that_was_not_there()
    {
        var outcome = SysfsAttribute.Write(folder.PathOf("pwm9"), 7);
        Assert.False(outcome.Done);
        Assert.Contains("pwm9", outcome.Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.PathOf("pwm9")));
    }

    [Fact]
    public void A_refused_write_is_told_with_its_reason()
    {
        folder.RefuseWrites("pwm1");
        var outcome = SysfsAttribute.Write(folder.PathOf("pwm1"), 7);
        Assert.False(outcome.Done);
        Assert.Contains("cannot be written", outcome.Detail, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private AttributeState Number(string content, out long number)
    {
        File.WriteAllText(folder.PathOf("attribute"), content);
        return SysfsAttribute.TryReadNumber(folder.PathOf("attribute"), out number);
    }

    private AttributeState Text(string content, out string text)
    {
        File.WriteAllText(folder.PathOf("attribute"), content);
        return SysfsAttribute.TryRead(folder.PathOf("attribute"), out text);
    }
}
