const shortestSecretChars = 6;

/**
 * The text with every occurrence of the secrets, also in their JSON and URL forms, replaced by `[secret]`.
 * Values under six characters are left alone: replacing them would only garble the text.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret.length < shortestSecretChars) continue;
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])) {
      masked = masked.replaceAll(form, "[secret]");
    }
  }
  return masked;
}
