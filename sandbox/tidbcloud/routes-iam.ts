import { cutPage } from "../kit/vendor/paging.js";
import { iamPrefix } from "./iam-path.js";
import { iamResponseForm, paging } from "./response-form.js";
import { sqlUserRoutes } from "./routes-sql-users.js";
import { organizationId, type Project } from "./state.js";
import { presentClusters, type TidbRequest, type TidbRoute } from "./tidb-request.js";

const projectRoute: TidbRoute = {
  method: "GET",
  path: "/v1beta1/projects",
  handle: (request) => {
    const page = cutPage(request.state.projects, request, paging);
    const items = page.items.map((project) => projectAnswer(project, request));
    return { status: 200, ...iamResponseForm.list("projects", { ...page, items }, request) };
  },
};

/** The IAM service: SQL users and projects, with its prefix and without. */
export const iamRoutes: readonly TidbRoute[] = [projectRoute, ...sqlUserRoutes].flatMap((route) => [
  route,
  { ...route, path: `${iamPrefix}${route.path}` },
]);

function projectAnswer({ id, name, createTimeMs }: Project, request: TidbRequest): unknown {
  return {
    id,
    org_id: organizationId,
    name,
    cluster_count: presentClusters(request).filter(({ projectId }) => projectId === id).length,
    user_count: 1,
    create_timestamp: String(Math.floor(createTimeMs / 1000)),
    aws_cmek_enabled: false,
  };
}
