#!/usr/bin/env bash
exec dotnet run "$(dirname "${BASH_SOURCE[0]}")/build.cs" -- "$@"
