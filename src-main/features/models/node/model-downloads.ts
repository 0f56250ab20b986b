import { copyFile, readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { BuiltModel } from '../../../core/models/built-model.ts'
import { AppError, errorMessage } from '../../../core/errors/errors.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import type { Language } from '../../../core/i18n/language.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { ownValue } from '../../../core/values/named-values.ts'
import { writeZip } from '../../../platform/files/write-zip.ts'
import { inTemporaryFolder } from '../../../platform/files/temporary.ts'
import type { Download } from '../../api/common/download.ts'
import type { TransferFiles } from '../../api/node/transfer-files.ts'
import { reportFileName } from '../../reports/node/report-file-name.ts'
import type { ModelCard, ModelForm } from '../common/methods.ts'
import { exportModel } from './export-model.ts'

const CARD = 'README.md'
const ONNX = 'model.onnx'
/** Of every model; the files of a library of trees, which reads them by itself, have other names. */
const WEIGHTS = 'weights.safetensors'
const ownFiles: readonly string[] = [CARD, ONNX, WEIGHTS, 'model.json']
const mediaTypes: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
}
const ANY_BYTES = 'application/octet-stream'

interface WrittenModel {
  readonly folder: string
  readonly files: readonly { readonly name: string; readonly bytes: number }[]
  /** Why there is no ONNX file; null: there is one. */
  readonly onnxRefusal: MessageDescriptor | null
}

/** The model card, and the files that the model can be had as. @throws AppError as {@link exportModel} */
export async function readModelCard(
  snapshot: StudySnapshot,
  built: BuiltModel,
  language: Language,
): Promise<ModelCard> {
  return withWritten(snapshot, built, language, async ({ folder, files, onnxRefusal }) => ({
    markdown: await readFile(path.join(folder, CARD), 'utf8'),
    files,
    library: libraryFilesIn(files),
    onnxRefusal,
  }))
}

/**
 * Makes a model a file to fetch: everything as one ZIP archive, the ONNX file, or what its library reads by itself.
 * @throws AppError as {@link exportModel}; `training.invalid` where there is no ONNX file
 */
export async function offerModel(
  snapshot: StudySnapshot,
  built: BuiltModel,
  form: ModelForm,
  { language, transfers }: { readonly language: Language; readonly transfers: TransferFiles },
): Promise<Download> {
  const base = reportFileName(snapshot.study.name, snapshot.study.id)
  return withWritten(snapshot, built, language, async ({ folder, files, onnxRefusal }) => {
    const offer = async (name: string, fileName: string, mediaType: string): Promise<Download> =>
      transfers.offer({ fileName, mediaType }, async file =>
        copyFile(path.join(folder, name), file),
      )
    const offerZip = async (names: readonly string[], fileName: string): Promise<Download> =>
      transfers.offer({ fileName, mediaType: 'application/zip' }, async file =>
        writeZip(
          file,
          names.map(name => ({ name, file: path.join(folder, name) })),
        ),
      )
    if (form === 'zip') {
      const names = files.map(({ name }) => name)
      return offerZip(names, `${base}.model.zip`)
    }
    if (form === 'onnx') {
      if (onnxRefusal === null) return offer(ONNX, `${base}.onnx`, ANY_BYTES)
      throw new AppError('training.invalid', { field: 'onnx', value: true, rule: onnxRefusal })
    }
    const [first = WEIGHTS, ...others] = libraryFilesIn(files)
    if (others.length > 0) return offerZip([first, ...others], `${base}.library.zip`)
    return offer(first, `${base}.${first}`, ownValue(mediaTypes, path.extname(first)) ?? ANY_BYTES)
  })
}

/** Trees as their library writes them; without such, the weights, which every framework reads. */
function libraryFilesIn(files: WrittenModel['files']): readonly string[] {
  const names = files.map(({ name }) => name).filter(name => !ownFiles.includes(name))
  return names.length > 0 ? names : [WEIGHTS]
}

async function withWritten<Result>(
  snapshot: StudySnapshot,
  built: BuiltModel,
  language: Language,
  work: (written: WrittenModel) => Promise<Result>,
): Promise<Result> {
  return inTemporaryFolder('model', async scratch => {
    let onnxRefusal: MessageDescriptor | null = null
    const folder = await exportModel(snapshot, built, path.join(scratch, 'model'), language, {
      onnx: true,
      onOnnxRefused: error => (onnxRefusal = ruleOf(error)),
    })
    const names = (await readdir(folder)).sort()
    const files = await Promise.all(
      names.map(async name => ({ name, bytes: (await stat(path.join(folder, name))).size })),
    )
    return work({ folder, files, onnxRefusal })
  })
}

/** What is in the way, without the words of an error around it. */
function ruleOf(error: AppError): MessageDescriptor {
  const { detail } = error
  return 'rule' in detail && detail.rule !== undefined ? detail.rule : errorMessage(error)
}
