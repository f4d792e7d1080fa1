using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Hal;
using Holdfast.Rack.Inventory;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Rack.Tests.Inventory;

/// <summary>What the controller must remember survives restarts, crashes, and a bad disk.</summary>
public sealed class InventoryStoreTests
{
    private readonly MemoryFolder folder = new();

    [Fact]
    public void Everything_remembered_survives_a_restart()
    {
        var rig = new RackRig(Plans.Rack(Plans.Node("n1"), Plans.Node("n2")));
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.Controller.Step(
            rig.Look() with
            {
                Facts = [new(new NodeId("n1"), new NodeFacts("Ömer & Søn", "R\"1\"", "2.0", "guid"))],
                Commands =
                [
                    rig.Ask(NodeVerb.Off, "n1"),
                    rig.Ask(NodeVerb.Maintain, "n2"),
                    rig.Ask(FanMode.Fixed, 33.5),
                ],
            }
        );
        new InventoryStore(folder).Save(rig.Controller.Memory);
        folder.LosePower(new SeededRandom(1));

        var memory = new InventoryStore(folder).Load(out var damage);
        Assert.Empty(damage);
        Assert.Equal(
            new NodeMemory(false, false, new NodeFacts("Ömer & Søn", "R\"1\"", "2.0", "guid")),
            memory.Nodes["n1"]
        );
        Assert.Equal(new NodeMemory(null, true, null), memory.Nodes["n2"]);
        Assert.Equal(new ZoneMemory(FanMode.Fixed, 33.5), memory.Zones["zone-a"]);
    }

    [Fact]
    public void The_first_time_nothing_is_remembered_and_nothing_damaged()
    {
        Assert.Same(RackMemory.Empty, new InventoryStore(folder).Load(out var damage));
        Assert.Empty(damage);
    }

    [Fact]
    public void What_has_not_changed_is_not_written_again()
    {
        var store = new InventoryStore(folder);
        var rig = new RackRig(Plans.Rack(Plans.Node("n1"))).Run();
        store.Save(rig.Controller.Memory);
        var written = folder.BytesWritten;
        rig.Run(100);
        store.Save(rig.Controller.Memory);

        Assert.Equal(written, folder.BytesWritten);
    }

    [Fact]
    public void A_full_disk_is_told_and_the_next_save_tries_again()
    {
        var store = new InventoryStore(folder);
        var memory = Wanting(true);
        folder.Capacity = 0;
        Assert.Throws<IOException>(() => store.Save(memory));

        folder.Capacity = long.MaxValue;
        store.Save(memory);
        Assert.Equal(memory.Nodes, new InventoryStore(folder).Load(out _).Nodes);
    }

    [Fact]
    public void A_damaged_file_gives_the_state_before_and_says_so()
    {
        var store = new InventoryStore(folder);
        store.Save(Wanting(true));
        store.Save(Wanting(false));
        folder.FlipBit("inventory", 20, 3);

        Assert.True(new InventoryStore(folder).Load(out var damage).Nodes["n1"].Wanted);
        Assert.Contains("predecessor", damage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"nodes":null,"zones":{}}""")]
    [InlineData("""{"nodes":{"n1":null},"zones":{}}""")]
    [InlineData("""{"nodes":{"n1":{}},"zones":{}}""")]
    [InlineData("""{"nodes":{},"zones":{"zone-a":{"fan_mode":"warp","duty_percent":1}}}""")]
    public void A_form_that_this_version_does_not_know_is_told_and_the_rack_starts_afresh(string content)
    {
        new DurableDocument(folder, "inventory").Write(Encoding.UTF8.GetBytes(content));
        var memory = new InventoryStore(folder).Load(out var damage);

        Assert.Contains("does not know", damage, StringComparison.Ordinal);
        Assert.Equal(NodeState.Off, new RackRig(Plans.Rack(Plans.Node("n1")), memory).Run().State("n1"));
    }

    [Fact]
    public void Nodes_that_the_board_file_no_longer_names_are_forgotten()
    {
        var rig = new RackRig(Plans.Rack(Plans.Node("n2")), Wanting(true)).Run();

        Assert.Equal(["n2"], rig.Controller.Memory.Nodes.Keys);
    }

    [Fact]
    public void What_a_person_wanted_counts_more_than_the_board_file()
    {
        var plan = Plans.Rack(Plans.Node("n1") with { Start = StartPolicy.On });
        var rig = new RackRig(plan, Wanting(false)).Run(100);

        Assert.Empty(rig.Orders);
    }

    [Theory]
    [InlineData("guid-1", "1.1", "node-updated", Severity.Info)]
    [InlineData("guid-2", "1.0", "node-replaced", Severity.Warning)]
    public void Another_machine_in_a_nodes_place_is_noticed(string id, string firmware, string code, Severity severity)
    {
        var known = new NodeFacts("Acme", "S1", "1.0", "guid-1");
        var rig = new RackRig(Plans.Rack(Plans.Node("n1")));
        var node = new NodeId("n1");
        var first = rig.Controller.Step(rig.Look() with { Facts = [new(node, known)] }).Events;
        Assert.Contains(first, e => e.Code == "node-discovered");
        Assert.DoesNotContain(
            rig.Controller.Step(rig.Look() with { Facts = [new(node, known)] }).Events,
            e => e.Code == code
        );

        var now = rig.Controller.Step(
            rig.Look() with
            {
                Facts = [new(node, known with { SystemId = id, Firmware = firmware })],
            }
        );
        Assert.Equal(severity, Assert.Single(now.Events, e => e.Code == code).Severity);
    }

    /// <summary>At whatever write the power goes: what was acknowledged is there, and what was not is there whole or not at all.</summary>
    [Fact]
    public void A_crash_at_any_write_leaves_the_old_state_or_the_new() =>
        Prop.ForAll(
                Gen.Choose(0, 12).Zip(Gen.Choose(0, int.MaxValue)).ToArbitrary(),
                crash =>
                {
                    var disk = new MemoryFolder();
                    var failing = new FailingFolder(disk, crash.Item1);
                    var store = new InventoryStore(failing);
                    var saved = 0;
                    while (saved < 6 && Saves(store, saved + 1))
                    {
                        saved++;
                    }

                    disk.LosePower(new SeededRandom((ulong)crash.Item2));
                    var memory = new InventoryStore(disk).Load(out var damage);
                    var found = memory.Zones.TryGetValue("zone-a", out var zone) ? (int)zone.DutyPercent : 0;
                    return damage.Length == 0 && (found == saved || (failing.Failed && found == saved + 1));
                }
            )
            .QuickCheckThrowOnFailure();

    private static bool Saves(InventoryStore store, int number)
    {
        try
        {
            store.Save(
                RackMemory.Empty with
                {
                    Zones = RackMemory.Empty.Zones.Add("zone-a", new(FanMode.Fixed, number)),
                }
            );
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static RackMemory Wanting(bool on) =>
        RackMemory.Empty with
        {
            Nodes = RackMemory.Empty.Nodes.Add("n1", new NodeMemory(on, false, null)),
        };
}
