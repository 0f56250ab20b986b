/**
 * `values[name]` of a plain object finds what every object inherits where the name is `constructor` or `toString`, and sets the prototype where
 * it is `__proto__`. This rule finds objects whose type has any text as key (an index signature) and that are indexed by
 * any text (`string`, not a union of names that the code knows): they are read with `ownValue` and set with `setOwnValue`.
 *
 * It needs types, and looks at nothing without them. Not found are `process.env`, which the system makes, what is deleted,
 * lists, and names that the code puts together from several parts.
 */
import ts from 'typescript'

const environmentType = 'ProcessEnv'

export const ownNames = {
  meta: {
    type: 'problem',
    docs: { description: 'reads and sets values by names from outside as own properties only' },
    messages: {
      read: 'Read it with `ownValue`: the name may be that of something that every object inherits.',
      set: 'Set it with `setOwnValue`: the name may be `__proto__`.',
    },
    schema: [],
  },
  create(context) {
    const services = context.sourceCode.parserServices
    if (!services?.program) return {}
    const checker = services.program.getTypeChecker()
    const typeOf = node => checker.getTypeAtLocation(services.esTreeNodeToTSNodeMap.get(node))

    const isAnyText = type =>
      (type.isUnion() ? type.types : [type]).some(part => part.flags & ts.TypeFlags.String)
    const hasAnyKey = type => {
      const present = checker.getApparentType(checker.getNonNullableType(type))
      return (present.isUnion() ? present.types : [present]).some(
        part =>
          part.symbol?.name !== environmentType &&
          checker
            .getIndexInfosOfType(part)
            .some(({ keyType }) => keyType.flags & ts.TypeFlags.String),
      )
    }
    return {
      MemberExpression(node) {
        if (!node.computed || node.property.type === 'Literal') return
        const { parent } = node
        if (parent.type === 'UnaryExpression' && parent.operator === 'delete') return
        if (!isAnyText(typeOf(node.property)) || !hasAnyKey(typeOf(node.object))) return
        const isSet = parent.type === 'AssignmentExpression' && parent.left === node
        context.report({ node, messageId: isSet ? 'set' : 'read' })
      },
    }
  },
}
