#!/usr/bin/env bash
# Packs the libraries, then builds, runs and publishes a program outside of this repository that references the package and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for project in Microsoft.ML.Llm4Es.LanguageModels Microsoft.ML.Llm4Es; do
  dotnet pack -c Release -v q -o "$work/packages" "src/$project"
done

cp -r eng/package-test "$work/consumer"
cd "$work/consumer"
# Packages of an earlier pack have the same version: a folder of its own keeps them apart.
export NUGET_PACKAGES="$work/cache"
cat > nuget.config <<EOF
<configuration>
  <packageSources><add key="packed" value="$work/packages" /></packageSources>
</configuration>
EOF

echo "-- run, without a runtime identifier"
dotnet run -c Release | grep "embedded 20 texts"
echo "-- publish, with one"
dotnet publish -c Release -v q --use-current-runtime --self-contained false -o "$work/published"
(cd "$work" && dotnet published/PackageTest.dll | grep "embedded 20 texts")
