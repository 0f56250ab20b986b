import { openBundle } from '../../../../bundles/node/read-bundle.ts'
import type { ImporterDefinition } from '../importer.ts'

const zipMagic = 'PK'

/** A study with its files, as this program bundles it. */
export const bundleImporter: ImporterDefinition = {
  name: 'bundle',
  recognizes: ({ text }) => text.startsWith(zipMagic),
  async describe({ file }) {
    const bundle = await openBundle(file)
    bundle.close()
    const { study, trials, missing } = bundle.manifest
    return {
      kind: 'studyBundle',
      study,
      trials,
      files: bundle.entries.size - 1,
      bytes: bundle.bytes,
      missing: missing.length,
    }
  },
  read: async () => Promise.resolve({ kind: 'studyBundle' }),
}
