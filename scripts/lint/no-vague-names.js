import { declaredNames } from './declared-names.js'

/** Names that say how a value was come by, or that there is one, but not what it is. */
export const vagueNames = ['own', 'known', 'found', 'kept', 'asked', 'one', 'more']

/** Refuses variables, parameters, functions and destructured bindings with such a name. */
export const noVagueNames = {
  meta: {
    type: 'suggestion',
    docs: { description: 'refuses declarations whose names do not say what they hold' },
    messages: { vague: 'Name what it holds: "{{name}}" could be anything.' },
    schema: [
      {
        type: 'object',
        properties: { names: { type: 'array', items: { type: 'string' } } },
        additionalProperties: false,
      },
    ],
  },
  create(context) {
    const names = new Set(context.options[0]?.names ?? vagueNames)
    return declaredNames(context, (node, name) => {
      if (names.has(name)) context.report({ node, messageId: 'vague', data: { name } })
    })
  },
}
