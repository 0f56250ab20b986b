import { readHyperoptSpace } from '../../../../../interop/hyperopt/read-hyperopt-space.ts'
import { studyFileImporter } from '../study-file.ts'

/** A Python file with a space of Hyperopt. */
export const hyperoptImporter = studyFileImporter({
  name: 'hyperopt',
  recognizes: ({ ending }) => ending === '.py',
  read: readHyperoptSpace,
})
