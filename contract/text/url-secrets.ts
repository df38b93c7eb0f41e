const secretParameter = /pass|pwd|secret|token|key|sig|sas|credential|auth/i;

/**
 * What of a URL is to be masked wherever it is repeated: user name and password together, the password, and parameters
 * of the query whose names say that they hold a secret; each as written and decoded. A user name without a password is
 * taken for a token, but for that of a database. Of a URL that is not well-formed as much as can be made out.
 */
export function urlSecrets(url: string): readonly string[] {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url) ?? [];
  const isDatabase = /^postgres(ql)?$/i.test(scheme);
  // A password that is not encoded may hold the characters that end the part before the host.
  const patterns = isDatabase ? [/^[^/?#]*@/, /^[^?]*@/, /^.*@/s] : [/^[^/?#]*@/];
  const userInfos = patterns.flatMap((pattern) => pattern.exec(rest)?.[0].slice(0, -1) ?? []);
  const ofUsers = userInfos.flatMap((userInfo) => {
    const password = /:(.*)$/s.exec(userInfo)?.[1];
    if (password !== undefined) return password === "" ? [] : [userInfo, password];
    return isDatabase ? [] : [userInfo];
  });
  const ofQuery = [...rest.matchAll(/[?&]([^=&#]+)=([^&#]+)/g)].flatMap(([parameter, name = "", value = ""]) =>
    secretParameter.test(name) ? [parameter.slice(1), value] : [],
  );
  const found = [...ofUsers, ...ofQuery].filter((text) => text !== "");
  return [...new Set(found.flatMap((text) => [text, decoded(text)]))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that encodes nothing stands for itself.
    return text;
  }
}
