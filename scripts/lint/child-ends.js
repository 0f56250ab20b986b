/**
 * The handle of a program that could not be started holds no sound number: to end it may end our whole group. In modules that
 * deal with `node:child_process`, this rule refuses `kill` of anything but `process`, whose number somebody has checked, and
 * `this`; `endChild(…)` asks first whether the child was started.
 */

export const childEnds = {
  meta: {
    type: 'problem',
    docs: { description: 'keeps the ending of children in one function' },
    messages: { kill: 'End children by endChild(…): it asks whether they were started.' },
    schema: [],
  },
  create(context) {
    let dealsWithChildren = false
    return {
      ImportDeclaration({ source }) {
        if (/^(node:)?child_process$/.test(source.value)) dealsWithChildren = true
      },
      'CallExpression > MemberExpression.callee'({ object, property, parent }) {
        if (!dealsWithChildren || property.name !== 'kill') return
        if (object.type === 'ThisExpression' || object.name === 'process') return
        context.report({ node: parent, messageId: 'kill' })
      },
    }
  },
}
