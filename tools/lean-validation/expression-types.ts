/**
 * In place of cel-spec's descriptors in cel's `plan`, which only asks whether a message is of these types: making the
 * descriptors costs a tenth of the start. Parsed rules are plain expressions and never empty, so nothing else is needed.
 */
export const CheckedExprSchema = { typeName: "cel.expr.CheckedExpr" };
export const ParsedExprSchema = { typeName: "cel.expr.ParsedExpr" };
export const ExprSchema = { typeName: "cel.expr.Expr" };
