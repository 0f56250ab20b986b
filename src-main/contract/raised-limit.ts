/** A limit that an environment variable may raise, never lower. */
export function raisedLimit(
  variable: string,
  limit: number,
  environment: Readonly<Record<string, string | undefined>>,
): number {
  const raised = Number(environment[variable])
  return Number.isSafeInteger(raised) ? Math.max(limit, raised) : limit
}
