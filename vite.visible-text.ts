import path from 'node:path'
import type { Plugin } from 'vite'

const own = path.resolve(import.meta.dirname, 'src-renderer/shown-text.ts')
const taken = /\btoDisplayString as _toDisplayString,? ?/

/**
 * Names and texts of others may hold characters that turn the direction of writing or that nobody sees. Templates show texts through one
 * function of Vue; this puts ours in its place, which makes them visible, so that no component has to remember it.
 */
export function visibleText(): Plugin {
  return {
    name: 'tunewright-visible-text',
    enforce: 'post',
    transform: (code, id) =>
      id.includes('.vue') && taken.test(code)
        ? {
            code: `import { shownText as _toDisplayString } from ${JSON.stringify(own)}\n${code.replace(taken, '')}`,
            map: null,
          }
        : undefined,
  }
}
