import type { BuiltFile } from '../../../core/processes/query-protocol.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import type { ExportedFile } from '../../api/common/exported-file.ts'
import { reportFileName } from '../../reports/node/report-file-name.ts'

/** What was built of a study, as a face gets it: with a name, and bytes in base 64. */
export function downloadOf(
  store: Pick<StudyReader, 'studyById'>,
  studyId: number,
  { ending, mediaType, content }: BuiltFile,
): ExportedFile {
  const { name } = store.studyById(studyId)
  const fileName = `${reportFileName(name, studyId)}.${ending}`
  return typeof content === 'string'
    ? { fileName, mediaType, content, encoding: 'text' }
    : { fileName, mediaType, content: Buffer.from(content).toString('base64'), encoding: 'base64' }
}
