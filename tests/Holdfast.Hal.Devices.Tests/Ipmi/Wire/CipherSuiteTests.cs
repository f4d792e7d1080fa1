using Holdfast.Hal.Devices.Ipmi.Wire;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi.Wire;

public sealed class CipherSuiteTests
{
    /// <summary>hashcat's published example of an IPMI 2.0 exchange (mode 7300): RAKP 2 of a user "hashcat" with that password.</summary>
    [Fact]
    public void Rakp_2_proves_the_password_as_a_published_exchange_does()
    {
        byte[][] parts =
        [
            Convert.FromHexString("b7c2d6f1"), // session of the console
            Convert.FromHexString("3a43dce2"), // session of the BMC
            Convert.FromHexString("e44ad120a9cd8a13d0ca23f0414275c0"), // random of the console
            Convert.FromHexString("bbe1070d2d1299b1c04da0f1a0f1e4e2"), // random of the BMC
            Convert.FromHexString("537300263a2200000000000000000000"), // the BMC's GUID
            [0x14, 0x07, .. "hashcat"u8], // role, length and name of the user
        ];
        var proof = CipherSuite.Three.Hash([.. "hashcat"u8], parts);
        Assert.Equal("472bdabe2d5d4bffd6add7b3ba79a291d104a9ef", Convert.ToHexStringLower(proof));
    }

    [Fact]
    public void Only_suites_that_authenticate_sign_and_encrypt_are_known()
    {
        var known =
            from authentication in Enumerable.Range(0, 64)
            from integrity in Enumerable.Range(0, 64)
            from confidentiality in Enumerable.Range(0, 4)
            let suite = CipherSuite.Find((byte)authentication, (byte)integrity, (byte)confidentiality)
            where suite is not null
            select (suite.Id, authentication, integrity, confidentiality);
        Assert.Equal([(3, 1, 1, 1), (17, 3, 4, 1)], known);
    }
}
