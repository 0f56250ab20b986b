import { bundleImporter } from './bundle/bundle.ts'
import { csvImporter } from './csv/csv.ts'
import { hyperoptImporter } from './hyperopt/hyperopt.ts'
import type { ImporterDefinition } from './importer.ts'
import { optunaImporter } from './optuna/optuna.ts'
import { runFolderImporter } from './run-folder/run-folder.ts'
import { wandbImporter } from './wandb/wandb.ts'

/** Every form that can be taken over, in the order in which a file is tried: what bytes say counts more than names. */
export const importers: readonly ImporterDefinition[] = [
  runFolderImporter,
  bundleImporter,
  optunaImporter,
  csvImporter,
  hyperoptImporter,
  wandbImporter,
]
