/**
 * Visits the names that a file declares: variables, parameters, functions, classes, types and destructured bindings,
 * on demand properties and methods, and in Vue templates the variables of `v-for`, slots and arrow functions.
 * Imports count only where they rename.
 */

/** Identifiers that a pattern binds. */
function* boundNames(pattern) {
  switch (pattern?.type) {
    case 'Identifier':
      yield pattern
      return
    case 'ObjectPattern':
      for (const property of pattern.properties) yield* boundNames(property.value ?? property)
      return
    case 'ArrayPattern':
      for (const element of pattern.elements) yield* boundNames(element)
      return
    case 'AssignmentPattern':
      yield* boundNames(pattern.left)
      return
    case 'RestElement':
      yield* boundNames(pattern.argument)
  }
}

function isPlainImport({ type, node }) {
  return type === 'ImportBinding' && node.imported?.name === node.local.name
}

/**
 * Listeners for a rule.
 * @param visit called once for every declared name: its node, its text, and what it is
 */
export function declaredNames(context, visit, { properties = false } = {}) {
  const seen = new Set()
  const declare = (node, name, role) => {
    const key = `${node.range[0]}`
    if (seen.has(key)) return
    seen.add(key)
    visit(node, name, role)
  }
  const member = role => node => {
    const { key } = node
    if (node.computed || node.shorthand || key === undefined) return
    // Patterns read properties that others declare.
    if (node.parent.type === 'ObjectPattern') return
    if (key.type === 'Identifier' || key.type === 'PrivateIdentifier') declare(key, key.name, role)
    else if (typeof key.value === 'string') declare(key, key.value, role)
  }
  const members = {
    Property: node => member(isFunction(node.value) ? 'method' : 'property')(node),
    PropertyDefinition: member('property'),
    MethodDefinition: member('method'),
    TSPropertySignature: member('property'),
    TSMethodSignature: member('method'),
    TSEnumMember: ({ id }) => declare(id, id.name ?? id.value, 'property'),
  }
  const script = {
    Program() {
      for (const scope of context.sourceCode.scopeManager.scopes) {
        for (const { defs } of scope.variables) {
          for (const definition of defs) {
            if (definition.name?.type !== 'Identifier' || isPlainImport(definition)) continue
            const role = definition.type === 'FunctionName' ? 'function' : 'binding'
            declare(definition.name, definition.name.name, role)
          }
        }
      }
    },
    ...(properties ? members : {}),
  }
  const services = context.sourceCode.parserServices
  if (services?.defineTemplateBodyVisitor === undefined) return script
  const template = {
    VElement({ variables }) {
      for (const { id } of variables) declare(id, id.name, 'binding')
    },
    ArrowFunctionExpression({ params }) {
      for (const parameter of params) {
        for (const id of boundNames(parameter)) declare(id, id.name, 'binding')
      }
    },
  }
  return services.defineTemplateBodyVisitor(template, script)
}

function isFunction(node) {
  return node?.type === 'FunctionExpression' || node?.type === 'ArrowFunctionExpression'
}

/** `likelyBestPoint`, `likely-best-point` and `LIKELY_BEST_POINT` as `likely best point`. */
export function wordsOf(name) {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase()
}
