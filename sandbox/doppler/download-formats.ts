type Secrets = readonly (readonly [name: string, value: string])[];

/** `API__BASE_URL` as .NET's configuration reads it: `Api:BaseUrl`. */
function dotnetName(name: string): string {
  const word = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
  const part = (text: string): string => text.split("_").map(word).join("");
  return name.split("__").map(part).join(":");
}

function lines(secrets: Secrets, write: (value: string) => string): string {
  return secrets.map(([name, value]) => `${name}=${write(value)}`).join("\n");
}

/**
 * The formats of `GET /v3/configs/config/secrets/download` (docs.doppler.com, reference "Download", of 2025-05-29), each
 * with its media type. Quotes, and the names of dotnet-json, are as DopplerHQ/cli 3.76 writes them into files; docker has
 * line breaks as `\n` ("Container Env Vars" of docs.doppler.com). How the API quotes yaml is not published.
 */
export const downloadFormats: ReadonlyMap<string, { readonly type: string; readonly write: (all: Secrets) => string }> =
  new Map([
    ["json", { type: "application/json", write: (all: Secrets) => JSON.stringify(Object.fromEntries(all)) }],
    [
      "dotnet-json",
      {
        type: "application/json",
        write: (all: Secrets) =>
          JSON.stringify(Object.fromEntries(all.map(([name, value]) => [dotnetName(name), value]))),
      },
    ],
    [
      "env",
      { type: "text/plain", write: (all: Secrets) => lines(all, (value) => `"${value.replace(/[\\"]/g, "\\$&")}"`) },
    ],
    ["env-no-quotes", { type: "text/plain", write: (all: Secrets) => lines(all, (value) => value) }],
    ["docker", { type: "text/plain", write: (all: Secrets) => lines(all, (value) => value.replace(/\n/g, "\\n")) }],
    [
      "yaml",
      {
        type: "text/plain",
        // A string of JSON is one of YAML, too.
        write: (all: Secrets) => all.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join("\n"),
      },
    ],
  ]);
