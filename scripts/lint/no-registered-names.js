/**
 * The registered name of a sampler or a pruner is a literal in its own folder, in tests and in `contract/defaults.ts`, and
 * nowhere else: whoever composes imports the definition and says `definition.name`, and whoever needs a fact about
 * samplers or pruners asks a capability of their definitions. The names are those of the folders.
 *
 * Names that are ordinary words, too, are found where they stand as the `name` of an entry or are compared with one.
 */
import { readdirSync } from 'node:fs'
import { URL } from 'node:url'

const kinds = ['samplers', 'pruners'].map(kind => ({
  kind,
  folder: new URL(`../../src-main/search/${kind}/`, import.meta.url),
}))

/** Folder to registered name, of each kind. */
const registered = kinds.flatMap(({ kind, folder }) =>
  readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name !== 'shared')
    .map(({ name }) => ({
      place: `/search/${kind}/${name}/`,
      name: name.replaceAll(/-([a-z])/g, (_, letter) => letter.toUpperCase()),
    })),
)

/** Words that mean other things elsewhere. */
const ordinary = new Set([
  ...['auto', 'forest', 'genetic', 'gradient', 'grid', 'latinHypercube', 'mix', 'portfolio'],
  ...['random', 'median', 'none', 'overfitting', 'pareto', 'patient', 'percentile', 'promotion'],
  ...['rules', 'threshold'],
])

const speaksOfKind = /sampler|pruner/i

function isName(node) {
  if (node?.type === 'ChainExpression') return isName(node.expression)
  if (node?.type === 'Identifier') return speaksOfKind.test(node.name)
  if (node?.type !== 'MemberExpression') return false
  const key = node.computed ? node.property.value : node.property.name
  return key === 'name' || speaksOfKind.test(String(key))
}

/** Whether a literal stands where only the name of an entry does. */
function isEntryName(node) {
  const { parent } = node
  if (parent.type === 'Property') return parent.value === node && parent.key.name === 'name'
  if (parent.type === 'BinaryExpression')
    return isName(parent.left === node ? parent.right : parent.left)
  if (parent.type === 'SwitchCase') return isName(parent.parent.discriminant)
  if (parent.type === 'LogicalExpression') return isName(parent.left)
  if (parent.type !== 'ArrayExpression') return false
  return parent.elements.some(
    element =>
      registered.some(({ name }) => name === element?.value) && !ordinary.has(element.value),
  )
}

/** No name of a kind: a path, a key, a name of a random stream. */
function isOther({ parent }) {
  if (/^(Import|Export)/.test(parent.type)) return true
  return parent.type === 'Property' && parent.key.name === 'purpose'
}

export const noRegisteredNames = {
  meta: {
    type: 'problem',
    docs: { description: 'keeps names of samplers and pruners in their folders' },
    messages: {
      name: 'The name of a sampler or pruner outside its folder: import its definition, ask a capability, or use contract/defaults.ts ("{{text}}").',
    },
    schema: [],
  },
  create(context) {
    const check = node => {
      const { value } = node
      if (typeof value !== 'string' || isOther(node)) return
      const definition = registered.find(({ name }) => name === value)
      if (definition === undefined || context.filename.includes(definition.place)) return
      if (ordinary.has(value) && !isEntryName(node)) return
      context.report({ node, messageId: 'name', data: { text: value } })
    }
    const services = context.sourceCode.parserServices
    return services?.defineTemplateBodyVisitor === undefined
      ? { Literal: check }
      : services.defineTemplateBodyVisitor({ Literal: check }, { Literal: check })
  },
}
