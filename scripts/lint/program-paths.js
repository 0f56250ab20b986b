/**
 * Programs are started by their paths: by a bare name, Windows would look into the current folder first, which may be that
 * of somebody's study. This rule wants every function of `node:child_process` called where it is imported, with
 * `executableOnPath(…)` or `process.execPath`. Where something else is a path, a comment switches the rule off and says why.
 */

const starters = new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork'])
const shells = new Set(['exec', 'execSync'])

function isPath(node) {
  switch (node?.type) {
    case 'CallExpression':
      return node.callee.name === 'executableOnPath'
    case 'MemberExpression':
      return node.object.name === 'process' && node.property.name === 'execPath'
    case 'LogicalExpression':
      return isPath(node.left) && isPath(node.right)
    case 'ConditionalExpression':
      return isPath(node.consequent) && isPath(node.alternate)
    default:
      return false
  }
}

/** The call that a name is the function of, also as `promisify(name)(…)`; null if it is used otherwise. */
function callOf({ parent, range }) {
  if (parent.type !== 'CallExpression') return null
  if (parent.callee.range[0] === range[0]) return parent
  const { parent: outer } = parent
  const isPromisified = parent.callee.name === 'promisify' && outer.callee === parent
  return isPromisified ? outer : null
}

export const programPaths = {
  meta: {
    type: 'problem',
    docs: { description: 'refuses programs that are started by a bare name' },
    messages: {
      name: 'Start programs by their path: executableOnPath(…) finds it.',
      shell: '{{name}} starts a shell: start the program itself.',
      value: 'Call {{name}} directly, so that it shows what is started.',
      namespace: 'Import the functions of node:child_process by name.',
    },
    schema: [],
  },
  create: context => ({
    ImportDeclaration(node) {
      if (!/^(node:)?child_process$/.test(node.source.value)) return
      for (const specifier of node.specifiers) {
        const name = specifier.imported?.name
        if (name === undefined) {
          context.report({ node: specifier, messageId: 'namespace' })
        } else if (shells.has(name)) {
          context.report({ node: specifier, messageId: 'shell', data: { name } })
        }
        if (!starters.has(name)) continue
        const [variable] = context.sourceCode.getDeclaredVariables(specifier)
        for (const { identifier, isTypeReference } of variable?.references ?? []) {
          if (isTypeReference || identifier.parent.type === 'TSTypeQuery') continue
          const call = callOf(identifier)
          if (call === null) {
            context.report({ node: identifier, messageId: 'value', data: { name } })
          } else if (!isPath(call.arguments[0])) {
            context.report({ node: call.arguments[0] ?? call, messageId: 'name' })
          }
        }
      }
    },
  }),
}
