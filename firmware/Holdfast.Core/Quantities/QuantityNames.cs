// The quantities under the names that the code uses. Compiled into every project (Directory.Build.props).
global using Amperes = Holdfast.Core.Quantity<Holdfast.Core.AmpereUnit>;
global using Celsius = Holdfast.Core.Quantity<Holdfast.Core.CelsiusUnit>;
global using Percent = Holdfast.Core.Quantity<Holdfast.Core.PercentUnit>;
global using Rpm = Holdfast.Core.Quantity<Holdfast.Core.RpmUnit>;
global using Volts = Holdfast.Core.Quantity<Holdfast.Core.VoltUnit>;
global using WattHours = Holdfast.Core.Quantity<Holdfast.Core.WattHourUnit>;
global using Watts = Holdfast.Core.Quantity<Holdfast.Core.WattUnit>;
