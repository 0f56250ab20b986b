/** Ranges where a search usually begins, by what a name has in it; the first that fits. */
const suggestions: readonly (readonly [RegExp, Readonly<Record<string, unknown>>])[] = [
  [/^(lr|eta|alpha)$|learning.?rate|^.*lr$/i, { float: [1e-5, 0.1], log: true }],
  [/decay|^wd$|^l[12]$|regulari|lambda|^c$|gamma|^eps|epsilon/i, { float: [1e-6, 0.1], log: true }],
  [/drop|momentum|^beta\d?$|fraction|subsample|share|ratio|^p$/i, { float: [0, 0.9] }],
  [/batch/i, { choice: [16, 32, 64, 128, 256] }],
  [/depth|layers?$|blocks?$|^num_layers/i, { int: [1, 8] }],
  [/epochs?$|iterations?$|^max_iter/i, { int: [5, 50] }],
  [
    /units|hidden|width|dim|channels|filters|leaves|estimators|trees|neurons/i,
    { int: [16, 512], log: true },
  ],
  [/optimi[sz]er/i, { choice: ['adam', 'sgd'] }],
]

/**
 * The parameter that a search over a program's argument begins with, by its name; a number between 0 and 1 where that says nothing.
 * @param name as the program's command line has it, e.g. `lr`
 */
export function suggestedParameter(name: string): Readonly<Record<string, unknown>> {
  return suggestions.find(([pattern]) => pattern.test(name))?.[1] ?? { float: [0, 1] }
}
