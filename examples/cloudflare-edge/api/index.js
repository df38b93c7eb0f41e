export default {
  async fetch(request, env) {
    const key = new URL(request.url).pathname;
    return new Response((await env.SESSIONS.get(key)) ?? "nothing", { headers: { "x-mode": "edge" } });
  },
};
