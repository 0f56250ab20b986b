import { pruners } from './pruners/registry.ts'
import { samplers } from './samplers/registry.ts'

/** Where samplers and pruners come from, by name. */
export const methodCitations: Readonly<Record<string, string>> = Object.fromEntries(
  [...Object.values(samplers), ...Object.values(pruners)].flatMap(({ name, citation }) =>
    citation === undefined ? [] : [[name, citation]],
  ),
)
