"""Unsloth: LoRA on a language model in four bits, on one NVIDIA GPU. A sample: not run here."""

import os

from unsloth import FastLanguageModel  # first: it changes what transformers and trl are

from datasets import load_dataset
from transformers import TrainerCallback
from transformers.trainer_utils import get_last_checkpoint
from trl import SFTConfig, SFTTrainer

import tunewright

trial = tunewright.trial(
    defaults={"rateAtRank16": 2e-4, "rank": 16, "alphaOverRank": 1, "warmup": 0.05, "weightDecay": 0.01}
)

# ---- Your model and data: a checkpoint, and examples that are held out. ----
MODEL, LENGTH, STEPS = "unsloth/Qwen3-4B-unsloth-bnb-4bit", 2048, 200
parts = load_dataset("json", data_files="train.jsonl", split="train").train_test_split(0.1, seed=0)
# ---- Up to here. ----

seed = trial.seed % 2**32
model, tokenizer = FastLanguageModel.from_pretrained(MODEL, max_seq_length=LENGTH, load_in_4bit=True)
model = FastLanguageModel.get_peft_model(
    model,
    r=trial.rank,
    lora_alpha=trial.alphaOverRank * trial.rank,
    # Unsloth's fast kernels need a dropout of 0.
    lora_dropout=0,
    target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    use_gradient_checkpointing="unsloth",
    random_state=seed,
)


class Report(TrainerCallback):
    """Reports an evaluation once its checkpoint is saved: what was reported is never lost."""

    metrics = {}

    def on_evaluate(self, args, state, control, metrics, **_):
        self.metrics = {"eval_loss": metrics["eval_loss"]}

    def on_save(self, args, state, control, **_):
        trial.report(state.global_step, **self.metrics)
        control.should_training_stop = control.should_training_stop or trial.should_stop()


folder = trial.checkpoint_directory or "checkpoints"
trainer = SFTTrainer(
    model=model,
    processing_class=tokenizer,
    train_dataset=parts["train"],
    eval_dataset=parts["test"],
    args=SFTConfig(
        output_dir=folder,
        learning_rate=trial.rateAtRank16 * (16 / trial.rank) ** 0.5,
        lr_scheduler_type="cosine",
        warmup_steps=trial.warmup,
        weight_decay=trial.weightDecay,
        max_steps=trial.last_step(STEPS),
        per_device_train_batch_size=2,
        gradient_accumulation_steps=8,
        eval_strategy="steps",
        eval_steps=25,
        save_strategy="steps",
        save_steps=25,
        save_total_limit=1,
        optim="adamw_8bit",
        seed=seed,
        report_to=[],
    ),
    callbacks=[Report()],
)
trainer.train(resume_from_checkpoint=get_last_checkpoint(folder) if os.path.isdir(folder) else None)
