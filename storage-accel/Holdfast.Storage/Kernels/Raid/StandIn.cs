namespace Holdfast.Storage.ErasureCoding;

internal static class GaloisField
{
    public static byte Multiply(byte a, byte b)
    {
        int p = 0,
            x = a;
        for (var i = 0; i < 8; i++, x = (x << 1) ^ ((x & 0x80) != 0 ? 0x11D : 0))
            if (((b >> i) & 1) != 0)
                p ^= x;
        return (byte)p;
    }

    public static byte Power(byte a, int n)
    {
        byte r = 1;
        for (var i = 0; i < n; i++)
            r = Multiply(r, a);
        return r;
    }

    public static byte Inverse(byte a) => Power(a, 254);

    public static byte Divide(byte a, byte b) => Multiply(a, Inverse(b));
}
