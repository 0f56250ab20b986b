/** Columns of other programs' tables, and of this one's, that are neither a parameter nor a goal. */
const bookkeeping =
  /^(?:#|id|number|state|status|name|created|runtime|duration\w*|datetime_\w+|started_?at|finished_?at|end_?time|start_?time|timestamp|user|tags|notes|hostname|seed|attempts|engine|failure\w*|reason|beststep|laststep|feasible|(?:constraint|user_attrs|system_attrs|_)[._ ].*|_\w+)$/i

export function isBookkeeping(column: string): boolean {
  return bookkeeping.test(column)
}

/** How tables mark a parameter: this program's, Optuna's, optuna-dashboard's, W&B's. */
export const parameterPrefix = /^(?:parameter\.|params?[._ ]|config[./])/i
