const named = {
  'scikit-learn': kit('scikit-learn', ['scikit-learn', 'pandas']),
  xgboost: kit('XGBoost', ['xgboost', 'scikit-learn']),
  lightgbm: kit('LightGBM', ['lightgbm', 'scikit-learn']),
  lightning: kit('PyTorch Lightning', ['lightning']),
  trl: kit('TRL', ['trl']),
  'transformers-peft': kit('Transformers, PEFT', ['transformers', 'peft', 'accelerate']),
  keras: kit('Keras 3', ['keras', 'jax']),
  timm: kit('timm', ['timm']),
  flax: kit('JAX, Flax, Optax', ['jax', 'flax', 'optax']),
  ultralytics: kit('Ultralytics', ['ultralytics']),
  unsloth: kit('Unsloth', ['unsloth'], false),
  'llama-factory': kit('LLaMA-Factory', ['llamafactory'], false),
  axolotl: kit('Axolotl', ['axolotl'], false),
}

/** A folder in `resources/kits`, a page in `docs/kits`, and a text `kit.about.NAME`. */
export type KitName = keyof typeof named

/** A program of a library with a study file that experts would begin with, to be made one's own. */
interface Kit {
  /** The library, by its own name. */
  readonly title: string
  /** What `pip install` needs. */
  readonly packages: readonly string[]
  /** Whether we have run it; the others are samples for machines that we do not have. */
  readonly ran: boolean
}

export const kits: Readonly<Record<KitName, Kit>> = named

// The keys are those of the type.
export const kitNames = Object.keys(named) as readonly KitName[]

/** A kit that was copied for the form of a new study. */
export interface CopiedKit {
  /** Absolute; the program runs there. */
  readonly folder: string
  /** The study file, which names the folder: it holds wherever it is read. */
  readonly studyFile: string
}

export function isKitName(name: string): name is KitName {
  return Object.hasOwn(named, name)
}

function kit(title: string, packages: readonly string[], ran = true): Kit {
  return { title, packages, ran }
}
