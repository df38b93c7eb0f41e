import { expect, it } from "vitest";
import { PlantonError } from "../contract/planton-error.js";
import type { HttpRequest, HttpResponse } from "./http-message.js";
import { asObject, asObjects } from "./json.js";
import { listPages, nextInLink } from "./paged-list.js";

/** A client with a response for each path, and the paths that it was asked for. */
function clientOf(bodies: Readonly<Record<string, unknown>>) {
  const paths: string[] = [];
  const send = async ({ method, path }: HttpRequest): Promise<HttpResponse> => {
    paths.push(path);
    const status = path in bodies ? 200 : 503;
    return { method, url: path, status, attempts: 1, headers: new Headers(), body: bodies[path] };
  };
  const errorOf = ({ status }: HttpResponse) => new PlantonError({ code: "E_VENDOR", message: `status ${status}` });
  return { send, errorOf, paths };
}

const list = {
  path: (page: number, cursor: string) => `/things?page=${page}&after=${cursor}`,
  items: (body: unknown) =>
    Array.isArray(asObject(body)?.["things"]) ? asObjects(asObject(body)?.["things"]) : undefined,
  next: ({ body }: HttpResponse) => String(asObject(body)?.["next"] ?? ""),
};

it("reads page by page until there is no cursor", async () => {
  const client = clientOf({
    "/things?page=1&after=": { things: [{ id: 1 }], next: "a" },
    "/things?page=2&after=a": { things: [{ id: 2 }, "no object"] },
  });
  expect(await listPages(client, list)).toEqual([{ id: 1 }, { id: 2 }]);
  expect(client.paths).toHaveLength(2);
});

it.each([
  ["a page that fails", { "/things?page=1&after=": { things: [], next: "a" } }],
  ["a response without a list", { "/things?page=1&after=": { thing: {} } }],
])("throws E_VENDOR for %s", async (_what, bodies) => {
  await expect(listPages(clientOf(bodies), list)).rejects.toMatchObject({ code: "E_VENDOR" });
});

it("throws E_VENDOR for a list that does not end", async () => {
  const body = { things: [], next: "a" };
  const send = async () => ({ method: "GET", url: "", status: 200, attempts: 1, headers: new Headers(), body });
  const endless = listPages({ ...clientOf({}), send }, list);
  await expect(endless).rejects.toMatchObject({ code: "E_VENDOR" });
});

it.each([
  [null, undefined],
  ['<https://a.example/x?cursor=0:100:0>; rel="next"; results="true"; cursor="0:100:0"', "0:100:0"],
  ['</x?cursor=1>; rel="previous"; results="true", </x?cursor=2>; rel="next"; results="false"', undefined],
  ['</x?cursor=1>; rel="previous", </x?cursor=2>; rel="next"', "2"],
])("finds the next page of the Link header %s", (header, cursor) => {
  expect(nextInLink(header, "cursor")).toBe(cursor);
});
