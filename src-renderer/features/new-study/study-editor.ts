import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, indentOnInput, syntaxHighlighting, syntaxTree } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { Annotation, EditorState } from '@codemirror/state'
import { EditorView, hoverTooltip, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { parse } from 'yaml'
import type { Catalog } from '../../../src-main/features/studies/common/rows.ts'
import type { Problem } from '../../../src-main/core/errors/problem.ts'
import { splitCode } from '../../composables/split-code.ts'
import { schemaAt } from './schema-at.ts'

export interface StudyEditor {
  setText(text: string): void
  setProblems(problems: readonly Problem[]): void
  close(): void
}

export interface StudyEditorOptions {
  readonly container: HTMLElement
  readonly text: string
  readonly label: string
  readonly catalog: Catalog
  readonly describeProblem: (problem: Problem) => string
  /** The text of an option's code; empty for one that has none. */
  readonly describe: (code: string) => string
  readonly onChange: (text: string) => void
}

/** A change that came from outside is not told back. */
const fromOutside = Annotation.define<true>()

/**
 * An editor in a shadow root: there its styles are sheets of the document, which a policy without inline styles allows.
 * Everything that it shows lies within.
 */
export function openStudyEditor(options: StudyEditorOptions): StudyEditor {
  const { container, text, label, catalog, describe, onChange } = options
  const root = container.shadowRoot ?? container.attachShadow({ mode: 'open' })
  const view = new EditorView({
    parent: root as unknown as HTMLElement,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        indentOnInput(),
        yaml(),
        syntaxHighlighting(colors),
        look,
        EditorView.lineWrapping,
        EditorView.domEventHandlers({ beforeinput: typeOverSelection }),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        autocompletion({ override: [context => complete(context, catalog, describe)] }),
        hoverTooltip((state, at) => {
          const path = pathAt(state.state, at)
          const { description } = schemaAt(path, read(state.state), catalog)
          const helpText = describe(description)
          if (helpText === '') return null
          const dom = helpOf(helpText)
          dom.className = 'help'
          return { pos: at, create: () => ({ dom }) }
        }),
        keymap.of([
          ...completionKeymap,
          ...historyKeymap,
          ...lintKeymap,
          ...defaultKeymap,
          indentWithTab,
        ]),
        EditorView.updateListener.of(update => {
          const isOwn = update.transactions.every(
            transaction => transaction.annotation(fromOutside) !== true,
          )
          if (update.docChanged && isOwn) onChange(update.state.doc.toString())
        }),
      ],
    }),
  })
  return {
    setText(next) {
      const before = view.state.doc.toString()
      if (next === before) return
      // Only what differs, so that the cursor stays where it is.
      let from = 0
      while (from < before.length && before[from] === next[from]) from++
      let end = 0
      while (
        end < Math.min(before.length, next.length) - from &&
        before[before.length - 1 - end] === next[next.length - 1 - end]
      ) {
        end++
      }
      view.dispatch({
        changes: { from, to: before.length - end, insert: next.slice(from, next.length - end) },
        annotations: fromOutside.of(true),
      })
    },
    setProblems(problems) {
      const diagnostics = problems.map(problem =>
        diagnosticOf(view.state, problem, options.describeProblem(problem)),
      )
      view.dispatch(setDiagnostics(view.state, diagnostics))
    },
    close() {
      view.destroy()
    },
  }
}

/** The browser itself would give typed text the look of what it replaces by an inline style, which the policy refuses. */
function typeOverSelection(event: InputEvent, view: EditorView): boolean {
  const { state } = view
  if (event.inputType !== 'insertText' || event.data === null || state.selection.main.empty)
    return false
  event.preventDefault()
  const replaced = state.replaceSelection(event.data)
  view.dispatch(state.update(replaced, { userEvent: 'input.type', scrollIntoView: true }))
  return true
}

function diagnosticOf(state: EditorState, { line, column }: Problem, message: string): Diagnostic {
  const { from, to } = state.doc.line(Math.min(line ?? 1, state.doc.lines))
  const start = Math.min(to, from + (column ?? 1) - 1)
  const isWhole = line === undefined
  return { from: isWhole ? from : start, to: isWhole ? from : to, severity: 'error', message }
}

function read(state: EditorState): unknown {
  try {
    return parse(state.doc.toString(), { logLevel: 'silent' })
  } catch {
    return undefined
  }
}

/** The keys of a place: of the pairs around it, else, where nothing stands yet, of the lines above that are indented less. */
function pathAt(state: EditorState, at: number): (string | number)[] {
  const path: (string | number)[] = []
  const node = syntaxTree(state).resolveInner(at, -1)
  for (let ancestor: typeof node | null = node; ancestor !== null; ancestor = ancestor.parent) {
    if (ancestor.name === 'Item') path.unshift(0)
    if (ancestor.name !== 'Pair') continue
    const key = ancestor.getChild('Key')
    if (key !== null) path.unshift(state.sliceDoc(key.from, key.to).trim())
  }
  return path
}

function pathByIndent(state: EditorState, at: number): (string | number)[] {
  const line = state.doc.lineAt(at)
  let indent = /^ */.exec(line.text)?.[0].length ?? 0
  const path: (string | number)[] = []
  for (let number = line.number - 1; number > 0 && indent > 0; number--) {
    const { text } = state.doc.line(number)
    const [, space = '', dash = '', key] = /^( *)(- )?([\w.-]+):/.exec(text) ?? []
    if (key === undefined || space.length >= indent) continue
    if (dash !== '') path.unshift(0)
    path.unshift(key)
    indent = space.length
  }
  return path
}

function helpOf(helpText: string): HTMLElement {
  const dom = document.createElement('div')
  for (const { text, isCode } of splitCode(helpText)) {
    const code = document.createElement('code')
    code.textContent = text
    dom.append(isCode ? code : text)
  }
  return dom
}

function complete(
  context: CompletionContext,
  catalog: Catalog,
  describe: StudyEditorOptions['describe'],
): CompletionResult | null {
  const { state, pos } = context
  const line = state.doc.lineAt(pos)
  const before = line.text.slice(0, pos - line.from)
  const word = /[\w-]*$/.exec(before)?.[0] ?? ''
  const atValue = /[\w-]+: *[\w-]*$/.test(before)
  if (word === '' && !context.explicit && !atValue) return null
  const isBlank = before.slice(0, before.length - word.length).trim() === ''
  const within = pathAt(state, pos)
  let path = isBlank ? pathByIndent(state, pos) : within
  // In a flow mapping, a key that is being written is no pair yet.
  if (!isBlank && !atValue && within.at(-1) === word) path = within.slice(0, -1)
  const study =
    read(state) ?? read(state.update({ changes: { from: line.from, to: line.to } }).state)
  const { keys, values } = schemaAt(path, study, catalog)
  const wanted: Completion[] = atValue
    ? values.map(label => ({ label, type: 'constant' }))
    : keys.map(({ name, description }) => ({
        label: name,
        apply: `${name}: `,
        type: 'property',
        info: () => helpOf(describe(description)),
      }))
  return wanted.length === 0
    ? null
    : { from: pos - word.length, options: wanted, validFor: /^[\w-]*$/ }
}

const colors = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--text-quiet)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--best)' },
])

const look = EditorView.theme({
  '&': {
    height: '100%',
    fontSize: 'var(--font-label)',
    color: 'var(--text)',
    backgroundColor: 'var(--panel)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--family-mono)' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    backgroundColor: 'var(--accent-soft) !important',
  },
  '.cm-gutters': {
    color: 'var(--text-quiet)',
    backgroundColor: 'var(--page)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-tooltip': {
    maxWidth: '420px',
    color: 'var(--text)',
    backgroundColor: 'var(--panel)',
    border: '1px solid var(--line)',
    borderRadius: '4px',
  },
  '.cm-tooltip .help, .cm-completionInfo': { padding: 'var(--space-2)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--text)',
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-diagnostic': { borderLeftColor: 'var(--bad)' },
})
