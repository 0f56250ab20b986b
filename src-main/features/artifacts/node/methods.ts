import { open } from 'node:fs/promises'
import path from 'node:path'
import { tableFormatSchema } from '../../../core/data/table-format.ts'
import { visibleText } from '../../../core/values/visible-text.ts'
import { previewFile } from '../../../datasets/ingest-client.ts'
import { readRegularWithin } from '../../../platform/files/read-within.ts'
import { mediaTypeOf } from '../../../running/trial-files/media-types.ts'
import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { artifactMethods } from '../common/methods.ts'
import { withoutPaths } from './trial-files.ts'

/** A page gets files up to this size. */
const MAX_SHOWN_BYTES = 64_000_000
const MAX_THUMBNAIL_BYTES = 200_000
const TEXT_BYTES = 64 * 1024

/** Files that programs left with their trials. What leaves here is never a page of its own: pixels, sound, rows or text. */
export function artifactHandlers({
  store,
  trialFiles: files,
}: Pick<MethodContext, 'store' | 'trialFiles'>): Handlers<typeof artifactMethods> {
  return {
    'study.files': async ({ studyId }) => ({
      files: files.of(studyId).map(withoutPaths),
      lacking: [...store.remarks(studyId).values()].filter(remark => remark.leftOut.length > 0)
        .length,
    }),
    'study.thumbnails': async ({ studyId, files: requests }) => {
      const filesByKey = files.byKey(studyId)
      return Promise.all(
        requests.map(async ({ number, kind }) => {
          const preview = filesByKey.get(`${number}/${kind}`)?.previewPath ?? null
          if (preview === null) return null
          const bytes = await readRegularWithin(preview, 'kind', MAX_THUMBNAIL_BYTES).catch(
            () => null,
          )
          return bytes === null ? null : bytes.toString('base64')
        }),
      )
    },
    'trial.file': async ({ studyId, number, kind }) => {
      const file = files.require(studyId, number, kind)
      const content = await readRegularWithin(file.path, 'kind', MAX_SHOWN_BYTES)
      return {
        fileName: path.posix.basename(file.name),
        mediaType: mediaTypeOf(file),
        content: content.toString('base64'),
        encoding: 'base64',
      }
    },
    'trial.filePreview': async ({ studyId, number, kind }) => {
      const file = files.require(studyId, number, kind)
      if (file.media.type === 'table') {
        const format = tableFormatSchema.parse({})
        const table = await previewFile(file.path, format, path.dirname(file.path))
        return {
          text: null,
          rows: [table.columns.map(({ name }) => name), ...table.head],
          size: table.rows,
        }
      }
      return {
        text: await headOf(file.path),
        rows: null,
        size: Math.max(0, file.bytes - TEXT_BYTES),
      }
    },
  }
}

/** The beginning of a text. */
async function headOf(file: string): Promise<string> {
  await using handle = await open(file, 'r')
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(TEXT_BYTES), 0, TEXT_BYTES, 0)
  return visibleText(new TextDecoder().decode(buffer.subarray(0, bytesRead)))
}
