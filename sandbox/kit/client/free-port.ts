import { createServer } from "node:net";

// So many programs do not listen side by side by chance: what takes more is looked for by the user.
const mostPorts = 20;

/**
 * The first port from `first` on that nobody listens on at 127.0.0.1, of 20. Gives `first` when all are taken, so that who
 * listens there says so.
 */
export async function freePortFrom(first: number): Promise<number> {
  for (let port = first; port < first + mostPorts && port <= 65_535; port += 1) if (await isFree(port)) return port;
  return first;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
