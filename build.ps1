dotnet run "$PSScriptRoot/build.cs" -- @args; exit $LASTEXITCODE
