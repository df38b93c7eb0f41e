import { greeting } from "./lib/greeting.js";

/** A room that people meet in. */
export class Room {
  fetch() {
    return new Response(greeting);
  }
}

export default { fetch: () => new Response(greeting) };
