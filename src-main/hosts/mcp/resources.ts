import type { Resource, ResourceTemplateType } from '@modelcontextprotocol/server'
import type { Translate } from '../../core/i18n/translate.ts'
import { summarizeStudy } from './study-summary.ts'
import type { ToolContext } from './tool.ts'

/** The newest studies stand in the list; every other one has its address, too. */
const LISTED_STUDIES = 50

type Part = 'summary' | 'report' | 'file' | 'events'

const parts: Readonly<Record<Part, { readonly suffix: string; readonly mediaType: string }>> = {
  summary: { suffix: '', mediaType: 'application/json' },
  report: { suffix: '/report', mediaType: 'text/markdown' },
  file: { suffix: '/file', mediaType: 'application/yaml' },
  events: { suffix: '/events', mediaType: 'application/json' },
}
const partEntries = Object.entries(parts) as [Part, (typeof parts)[Part]][]

/** Summary and report of the newest studies. */
export async function listResources({
  ask,
  t,
}: Pick<ToolContext, 'ask' | 't'>): Promise<Resource[]> {
  const studies = (await ask('study.list', {}))
    .filter(({ labels }) => !labels.archived)
    .toSorted((a, b) => b.id - a.id)
    .slice(0, LISTED_STUDIES)
  return studies.flatMap(({ id, name }) =>
    (['summary', 'report'] as const).map(part => ({
      uri: `tunewright://studies/${id}${parts[part].suffix}`,
      name: `study-${id}-${part}`,
      title: t(`mcp.resource.${part}`, { name }),
      mimeType: parts[part].mediaType,
    })),
  )
}

export function resourceTemplates(t: Translate): ResourceTemplateType[] {
  return partEntries.map(([part, { suffix, mediaType }]) => ({
    uriTemplate: `tunewright://studies/{studyId}${suffix}`,
    name: `study-${part}`,
    title: t(`mcp.resource.${part}`, { name: '{studyId}' }),
    mimeType: mediaType,
  }))
}

/**
 * The text of a resource.
 * @returns null for an address that names none
 * @throws AppError `study.notFound`
 */
export async function readResource(
  uri: string,
  { ask, t }: Pick<ToolContext, 'ask' | 't'>,
): Promise<{ readonly mediaType: string; readonly text: string } | null> {
  const [, digits, suffix = ''] = /^tunewright:\/\/studies\/(\d{1,15})(\/\w+)?$/.exec(uri) ?? []
  const entry = partEntries.find(([, part]) => part.suffix === suffix)
  if (digits === undefined || entry === undefined) return null
  const [part, { mediaType }] = entry
  const studyId = Number(digits)
  switch (part) {
    case 'summary':
      return { mediaType, text: JSON.stringify(await summarizeStudy(studyId, { ask, t }), null, 2) }
    case 'file':
      return { mediaType, text: (await ask('study.get', { studyId })).source }
    case 'events':
      return { mediaType, text: JSON.stringify(await ask('study.events', { studyId })) }
    case 'report': {
      const request = { studyId, format: 'markdown', language: t.language, sections: null }
      return { mediaType, text: (await ask('study.report', request)).content }
    }
  }
}
