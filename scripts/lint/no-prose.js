/**
 * Sentences for people stand in src-main/core/i18n and nowhere else. This rule finds texts of three or more words in code:
 * string literals, the fixed parts of templates, and what stands between the tags of a Vue template.
 *
 * Left alone: messages of broken invariants (`new Error(…)`, also of its kin), names of random streams (`purpose`),
 * statements of SQL, what is no prose because a word in it is none (code, paths, attributes, regular expressions), and
 * constants that say by their names that nobody translates them: titles of papers (`…Citations`) and what a browser
 * reads (`…Policy`) or a shell (`…Script`), and the `citation` of a definition.
 */

const sql =
  /^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|WITH|PRAGMA|ALTER|DROP|BEGIN|REPLACE|VACUUM|ANALYZE|ATTACH|DETACH|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|FROM|WHERE|JOIN|LEFT JOIN|ORDER BY|GROUP BY|AND|OR|SET|VALUES|ON|UNION|LIMIT)\b/

/** A word as people write it; `can't`, `p-value`, and one with a comma or full stop behind it. */
const word = /^["“(]?\p{L}[\p{Ll}\p{Lo}]*(?:['’-]\p{L}+)*[,.;:!?)”"]*$/u

/** Whether a text has three words in a row. */
export function isProse(text) {
  if (sql.test(text)) return false
  let inRow = 0
  for (const part of text.split(/\s+/)) {
    inRow = word.test(part) ? inRow + 1 : 0
    if (inRow >= 3) return true
  }
  return false
}

const errors = /^(Error|TypeError|RangeError|SyntaxError|AggregateError)$/

const untranslated = /(?:Citations|Policy|Script)$/

/** Whether a node lies in the message of a broken invariant, or in a constant that nobody translates. */
function isExempt(node) {
  for (let at = node; at !== null && at !== undefined; at = at.parent) {
    if (at.type === 'NewExpression' && errors.test(at.callee.name ?? '')) return true
    if (at.type === 'Property' && at.key.name === 'citation') return true
    if (at.type === 'VariableDeclarator' && untranslated.test(at.id.name ?? '')) return true
    if (/Statement$|Declaration$|^Program$/.test(at.type)) return false
  }
  return false
}

/** Whether a text names a random stream: `createRandomStream({ …, purpose: 'catcma foreign point' })`. */
function isPurpose({ parent }) {
  return parent?.type === 'Property' && parent.key.name === 'purpose'
}

export const noProse = {
  meta: {
    type: 'problem',
    docs: { description: 'keeps sentences for people in the catalogs' },
    messages: { prose: 'A sentence for people: give it a key in src-main/core/i18n ("{{text}}").' },
    schema: [],
  },
  create(context) {
    const report = (node, text) => {
      if (!isProse(text) || isExempt(node) || isPurpose(node)) return
      context.report({ node, messageId: 'prose', data: { text: text.trim().slice(0, 60) } })
    }
    const script = {
      Literal(node) {
        if (typeof node.value !== 'string') return
        if (/^(Import|Export)/.test(node.parent.type)) return
        report(node, node.value)
      },
      TemplateLiteral(node) {
        if (node.parent.type === 'TaggedTemplateExpression') return
        // What is filled in counts as no word.
        report(node, node.quasis.map(({ value }) => value.cooked ?? '').join('${}'))
      },
    }
    const services = context.sourceCode.parserServices
    if (services?.defineTemplateBodyVisitor === undefined) return script
    const template = {
      ...script,
      VText(node) {
        report(node, node.value)
      },
      VLiteral(node) {
        const name = node.parent.key?.name ?? ''
        if (!['class', 'style', 'd', 'viewBox'].includes(name)) report(node, node.value)
      },
    }
    return services.defineTemplateBodyVisitor(template, script)
  },
}
