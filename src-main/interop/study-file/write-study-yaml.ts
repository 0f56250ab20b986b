import { Document, isCollection, isMap, isScalar, parseDocument, visit } from 'yaml'
import type { StudyKey } from '../../core/study/keys/study-key.ts'
import { studyKeyEntries } from '../../core/study/study-keys.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'

const sectionsLaidOut = (layout: StudyKey['layout']): readonly string[] =>
  studyKeyEntries.filter(([, key]) => key.layout === layout).map(([name]) => name)
const flowSections = sectionsLaidOut('oneLine')
/** A line for each of their entries. */
const listSections = sectionsLaidOut('linePerEntry')
const layout = { lineWidth: 100, flowCollectionPadding: true }

/**
 * A study file in the form that people write: one line per goal, parameter and setting. Reading it
 * gives the same specification again; defaults are written out, so the file means the same in later
 * versions.
 */
export function writeStudyYaml(
  specification: StudySpecification | Readonly<Record<string, unknown>>,
): string {
  const document = new Document(specification)
  quoteMergeKeys(document)
  for (const key of [...flowSections, ...listSections]) layOut(document, key)
  return document.toString(layout)
}

/**
 * A study file with some of its sections changed; comments and the form of all others stay.
 * @param change sections by their key; undefined removes one
 * @returns null if the text is no mapping that can be read
 */
export function editStudyYaml(
  text: string,
  change: Readonly<Record<string, unknown>>,
): string | null {
  const document = parseDocument(text, { logLevel: 'error' })
  if (document.errors.length > 0 || !isMap(document.contents)) return null
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) document.delete(key)
    else {
      const node = document.createNode(value)
      quoteMergeKeys(node)
      document.set(key, node)
      layOut(document, key)
    }
  }
  return document.toString(layout)
}

/** Study files are read with merge keys; a parameter may be called `<<` all the same. */
function quoteMergeKeys(node: Parameters<typeof visit>[0]): void {
  visit(node, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '<<') key.type = 'QUOTE_DOUBLE'
    },
  })
}

function layOut(document: Pick<Document, 'get'>, key: string): void {
  const block = document.get(key)
  if (!isCollection(block)) return
  if (flowSections.includes(key)) block.flow = true
  else if (listSections.includes(key)) {
    for (const item of block.items) {
      const node = isMap(block) ? (item as { value: unknown }).value : item
      if (isCollection(node)) node.flow = true
    }
  }
}
