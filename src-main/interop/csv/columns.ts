/** Columns of other programs' tables, and of this one's, that are neither a parameter nor a goal. */
export const bookkeeping =
  /^(?:#|id|number|state|status|name|created|runtime|duration\w*|datetime_\w+|started_?at|finished_?at|end_?time|start_?time|timestamp|user|tags|notes|hostname|seed|attempts|engine|failure\w*|reason|beststep|laststep|feasible|(?:constraint|user_attrs|system_attrs|_)[._ ].*|_\w+)$/i

/** How tables mark a parameter: this program's, Optuna's, optuna-dashboard's, W&B's. */
export const parameterPrefix = /^(?:parameter\.|params?[._ ]|config[./])/i

/**
 * Columns of a table that may be a goal: at least one number and nothing else, and by their name neither a parameter nor
 * bookkeeping. Columns that are marked as values (`value.x`, `values_x`) stand first.
 */
export function measurableColumns(
  header: readonly string[],
  runs: readonly (readonly string[])[],
): string[] {
  const names = header.flatMap((text, index) => {
    const name = text.trim()
    if (name === '' || bookkeeping.test(name) || parameterPrefix.test(name)) return []
    const cells = runs.map(run => (run[index] ?? '').trim()).filter(cell => cell !== '')
    return cells.length > 0 && cells.every(cell => !Number.isNaN(toNumber(cell))) ? [name] : []
  })
  const isMarked = (name: string): boolean => /^(?:value|values|summary)(?:[._]|$)/i.test(name)
  return [...names.filter(isMarked), ...names.filter(name => !isMarked(name))]
}

/** Words for numbers that are none count as numbers here: a run may have diverged. */
function toNumber(cell: string): number {
  return /^(?:nan|[+-]?inf(?:inity)?)$/i.test(cell) ? 0 : Number(cell)
}
