import path from 'node:path'
import type vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'

const own = path.resolve(import.meta.dirname, 'src-renderer/shown-text.ts')
/** As compiled templates import it, and as Element Plus does. */
const displayImport = /(?<=\bimport\s*\{[^}]*)\btoDisplayString(?:\s+as\s+(\w+))?\s*,?\s*/
const attributeFunction = '_shownAttribute'

/**
 * Names and texts of others may hold characters that turn the direction of writing or that nobody sees. Templates show texts through one
 * function of Vue; this puts ours in its place, which makes them visible, so that no component has to remember it. So do the components of
 * Element Plus. Attributes that {@link visibleAttributes} has marked get theirs.
 */
export function visibleText(): Plugin {
  return {
    name: 'tunewright-visible-text',
    enforce: 'post',
    transform: (code, id) => {
      if (!id.includes('.vue') && !id.includes('/element-plus/')) return undefined
      const display = displayImport.exec(code)
      const names = [
        ...(display === null ? [] : [`shownText as ${display[1] ?? 'toDisplayString'}`]),
        ...(code.includes(`${attributeFunction}(`)
          ? [`shownAttribute as ${attributeFunction}`]
          : []),
      ]
      if (names.length === 0) return undefined
      return {
        code: `import { ${names.join(', ')} } from ${JSON.stringify(own)}\n${code.replace(displayImport, '')}`,
        map: null,
      }
    },
  }
}

type TemplateOptions = NonNullable<NonNullable<Parameters<typeof vue>[0]>['template']>
type NodeTransform = NonNullable<
  NonNullable<TemplateOptions['compilerOptions']>['nodeTransforms']
>[number]

/** Attributes and properties whose values are shown or read aloud. */
const shownAttributes: ReadonlySet<string> = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'content',
  'description',
  'label',
  'placeholder',
  'title',
])
/** Of Vue's compiler, whose enumeration users of the plugin do not have. */
const COMPOUND_EXPRESSION = 8

/** Makes every bound attribute that is shown visible text, on elements and components. */
export const visibleAttributes: NodeTransform = node => {
  if (!('props' in node)) return
  for (const bound of node.props) {
    if (!('modifiers' in bound) || bound.name !== 'bind') continue
    const { arg, exp } = bound
    if (exp === undefined || arg === undefined) continue
    if (!('isStatic' in arg) || !arg.isStatic) continue
    if (!shownAttributes.has(arg.content)) continue
    if ('children' in exp && exp.children[0] === `${attributeFunction}(`) continue
    bound.exp = {
      type: COMPOUND_EXPRESSION,
      loc: exp.loc,
      children: [`${attributeFunction}(`, exp, ')'],
    }
  }
}
