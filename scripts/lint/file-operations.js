/**
 * Deleting, renaming and temporary names belong to one folder, which keeps them inside the folders that are ours. This rule
 * finds imports of such functions of Node's, and texts that make up temporary names, everywhere it is switched on.
 */

const modules = new Set(['node:fs', 'fs', 'node:fs/promises', 'fs/promises'])

const operations = new Set(
  ['rm', 'unlink', 'rmdir', 'rename', 'mkdtemp', 'mkdtempDisposable'].flatMap(name => [
    name,
    `${name}Sync`,
  ]),
)

const temporaryEnding = /\.(?:temporary|partial|part|new|tmp)$/

function isProcessId(node) {
  if (node.type === 'Identifier') return node.name === 'pid' || node.name === 'processId'
  return (
    node.type === 'MemberExpression' &&
    node.object.name === 'process' &&
    node.property.name === 'pid'
  )
}

export const fileOperations = {
  meta: {
    type: 'problem',
    docs: { description: 'keeps deleting, renaming and temporary names in one folder' },
    messages: {
      operation:
        '{{name}} of Node: the folder of file operations deletes, renames and makes temporary folders.',
      name: 'The folder of file operations makes up temporary names.',
    },
    schema: [],
  },
  create(context) {
    const report = (node, name) => context.report({ node, messageId: 'operation', data: { name } })
    const namespaces = new Set()
    return {
      ImportDeclaration({ source, specifiers }) {
        if (!modules.has(source.value)) return
        for (const specifier of specifiers) {
          const name = specifier.imported?.name
          if (name === undefined || name === 'promises') namespaces.add(specifier.local.name)
          else if (operations.has(name)) report(specifier, name)
        }
      },
      MemberExpression({ object, property }) {
        if (!operations.has(property.name)) return
        const whole = object.type === 'MemberExpression' ? object.object : object
        if (namespaces.has(whole.name)) report(property, property.name)
      },
      TemplateLiteral(node) {
        const { quasis, expressions } = node
        const texts = quasis.map(({ value }) => value.cooked ?? '')
        const isNamedByProcess = expressions.some(
          (expression, index) => /[-.]$/.test(texts[index]) && isProcessId(expression),
        )
        if (isNamedByProcess || temporaryEnding.test(texts.at(-1))) {
          context.report({ node, messageId: 'name' })
        }
      },
    }
  },
}
