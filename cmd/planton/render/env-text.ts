/**
 * Outputs as the lines of an `.env` file, `CONNECTION_URI='mysql://...'`: names in capitals, values quoted so that a shell
 * and dotenv read the same; what is no text as JSON. Sorted as given.
 */
export function envText(outputs: Readonly<Record<string, unknown>>): string {
  return Object.entries(outputs)
    .map(([name, value]) => `${envName(name)}=${quoted(typeof value === "string" ? value : JSON.stringify(value))}`)
    .join("\n");
}

function envName(output: string): string {
  const name = output.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

function quoted(text: string): string {
  if (!/['\n\r]/.test(text)) return `'${text}'`;
  const escaped = text
    .replaceAll(/[\\"$`]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `"${escaped}"`;
}
