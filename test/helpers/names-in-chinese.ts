/** Latin words that a Chinese text may contain, by the reason why they stay as they are. */
export const namesInChinese = {
  'programs, libraries and projects':
    'Tunewright LightGBM XGBoost OpenMP libgomp1 libomp Homebrew Debian Ubuntu Microsoft Visual apt brew Electron Chromium Chrome Edge Node JavaScript TypeScript Python Julia Shell Ruby Perl Lua pip TensorFlow tfjs SQLite Slurm Optuna AppImage FileSystemArtifactStore Hyperopt DEAP TensorBoard Unicode Linux Vulkan Metal Direct3D CUDA NVIDIA nvidia-smi powercap linux darwin win32 WebGPU WebAssembly SIMD LaTeX Markdown electron npm sbatch squeue gzip tensorflow-cpu ctex texlive-lang-chinese fonts-noto-cjk GitHub python sh zod xelatex lualatex oneDNN ntfy Slack sendmail SSH ssh Valkey Redis sysfs StopWhenAsked MLflow Trackio Transformers Lightning Keras Ultralytics JAX Flax NNX Optax PyTorch timm argparse pickle TRL PEFT Unsloth Axolotl LLaMA-Factory scikit-learn',
  'methods, after persons or as papers write them':
    'Sobol Halton Hyperband Hessian Cliff SPSA Beta NSGA-II SMS-EMOA SPEA2 PED-ANOVA fANOVA MDI ROC MLP CNN CR ln Branin MNIST Brier ECE SHAP LoRA AdamW YOLO mAP',
  'formats, and names from their specifications':
    'HTTP HTTPS http https redis rediss CA PEM API OpenAPI MCP AI ID POST Authorization Bearer Last-Event-ID Content-Type CSV TSV JSON YAML HTML PDF SVG PNG JPEG ZIP NPY IDX ONNX Parquet parquet Excel xlsx WebP TIFF wheel sweep PCM IEEE WAV sqlite gb18030 NFC ISO UTF-8 UTF-16 Latin-1 windows-1252 Windows-1252 Windows-1251 UTF-16LE UTF-16BE GB18030 Big5 Shift_JIS EUC-JP EUC-KR SHA-256 UUID IHDR METADATA RECORD TTDD DD TT fmt dtype shape data_offsets safetensors A4 float64',
  'machine parts and units':
    'GPU CPU WAL x64 arm64 ulimit ms min MB GB KiB MiB GiB TiB kB Hz px UTC SIGINT SIGTERM SIGKILL NaN Infinity',
  keys: 'Ctrl-C Ctrl Enter Esc Alt Shift Tab Space PgUp PgDn Home End',
  'placeholders in help': 'FILE STUDY DIR UNTIL_STEP COLUMN METRIC',
  'marks of values in a file': 'true false null NA NULL NaT None IND QNAN',
  /** Typed as an answer at a prompt. */
  'answers a terminal takes': 'yes no off',
  'variables of every system': 'PATH',
} as const

/**
 * Words of study files, commands and of code that a user writes; also English words, so that they are allowed one at a
 * time: two beside each other are an English text.
 */
export const wordsOfCode = {
  'commands and their options':
    'run-conditions study-queue notifications token create read steer start backups bundle repair run ci build tensorflow install-electron resume report export import suggest predict doctor trust suspend unsuspend serve install engine upgrade storage port db format figures csv html htm pdf svg hyperopt optuna tensorboard lightgbm xgboost docs metrics-csv json interactive-html shortest model channel best end failure stuck machine add check job-queue worker key list',
  'functions, arguments and fields that users write':
    'trial train parameter seed instance parametersFile names values state pruned units optimizer loss jackson minUnits maxUnits payload method featureOf Int32Array Float64Array preprocessing input root null column1 column2 phase startup confirms hp min_iter max_iter val_loss',
  'metrics that tasks report': 'trainLoss holdoutLoss gpuEnergyJoules',
  'kinds of layers and activations in a program':
    'dense convolution flatten oneHot inputNoise tanh sigmoid elu gelu relu tensorflow wasm webgpu cpu gpu',
} as const

/** Words of code beside each other that belong together, and the letters of a regular expression. */
export const phrasesOfCode = [
  'Content-Type: application/json',
  'apt install',
  'notifications add',
  'runConditions show',
  'runConditions set',
  'waiting list',
  'waiting add',
  'waiting move',
  'waiting remove',
  'machine add',
  'machine check',
  'job-queue add',
  'job-queue key',
  'notifications test',
  'brew install',
  'mode online',
  'mode forward',
  'estimator central',
  'optuna storage upgrade',
  'ai.onnx.ml',
  '[-+.eE\\d]',
]
