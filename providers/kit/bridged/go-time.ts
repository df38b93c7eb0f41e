/** A time of the API (RFC 3339) as Go prints it in UTC: "2020-03-13 19:20:47.442049222 +0000 UTC". */
export function goTime(time: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(time);
  const [, date, clock, fraction = ""] = match ?? [];
  if (date !== undefined && clock !== undefined) {
    const digits = fraction.replace(/0+$/, "");
    return `${date} ${clock}${digits === "" ? "" : `.${digits}`} +0000 UTC`;
  }
  const parsedMs = Date.parse(time);
  return Number.isNaN(parsedMs) ? time : goTime(new Date(parsedMs).toISOString());
}

/** A time of the API without its fraction of a second, as Go's RFC 3339: "2020-03-13T19:20:47Z". */
export function wholeSecondTime(time: string): string {
  return time.replace(/\.\d+(?=Z|[+-])/, "");
}
