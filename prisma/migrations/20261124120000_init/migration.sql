-- CreateEnum
CREATE TYPE "sweep_state" AS ENUM ('planned', 'running', 'complete', 'cancelled', 'failed');

-- CreateEnum
CREATE TYPE "trial_state" AS ENUM ('queued', 'running', 'converged', 'settled', 'detected', 'collapsed', 'diverged', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "attempt_state" AS ENUM ('running', 'complete', 'failed', 'cancelled', 'replaced');

-- CreateEnum
CREATE TYPE "direction_origin" AS ENUM ('trial', 'zero', 'random', 'residual', 'bracket');

-- CreateEnum
CREATE TYPE "standing" AS ENUM ('accepted', 'floor', 'unfit', 'invalid', 'unclosed', 'unsupported', 'control');

-- CreateEnum
CREATE TYPE "sees" AS ENUM ('sample', 'input');

-- CreateEnum
CREATE TYPE "verdict_status" AS ENUM ('found', 'none', 'inconclusive');

-- CreateTable
CREATE TABLE "datasets" (
    "sha256" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "samples" INTEGER NOT NULL,
    "groups" INTEGER NOT NULL,
    "dimension" INTEGER NOT NULL,
    "input_blocks" INTEGER NOT NULL,
    "output_blocks" INTEGER NOT NULL,
    "labels" INTEGER NOT NULL,
    "rank" INTEGER NOT NULL,
    "second_moment" DOUBLE PRECISION[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "datasets_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "sweeps" (
    "id" TEXT NOT NULL,
    "dataset_sha256" TEXT NOT NULL,
    "state" "sweep_state" NOT NULL DEFAULT 'planned',
    "spec" JSONB NOT NULL,
    "spec_sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "sweeps_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trials" (
    "id" SERIAL NOT NULL,
    "sweep_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "configuration" INTEGER NOT NULL,
    "basis_count" INTEGER NOT NULL,
    "regularization" DOUBLE PRECISION NOT NULL,
    "overlap_weight" DOUBLE PRECISION NOT NULL,
    "group_dimension" INTEGER NOT NULL,
    "seed" INTEGER NOT NULL,
    "planned_epochs" INTEGER NOT NULL,
    "state" "trial_state" NOT NULL DEFAULT 'queued',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "last_epoch" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "trials_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempts" (
    "trial_id" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "state" "attempt_state" NOT NULL DEFAULT 'running',
    "worker" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "backend" TEXT NOT NULL,
    "versions" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "failure_class" TEXT,
    "failure_message" TEXT,

    CONSTRAINT "attempts_pkey" PRIMARY KEY ("trial_id","attempt")
);

-- CreateTable
CREATE TABLE "epochs" (
    "trial_id" INTEGER NOT NULL,
    "epoch" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "generator_loss" DOUBLE PRECISION NOT NULL,
    "discriminator_loss" DOUBLE PRECISION NOT NULL,
    "identity_penalty" DOUBLE PRECISION NOT NULL,
    "overlap_penalty" DOUBLE PRECISION NOT NULL,
    "largest_extent" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "epochs_pkey" PRIMARY KEY ("trial_id","epoch")
);

-- CreateTable
CREATE TABLE "generators" (
    "trial_id" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "epoch" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "dimension" INTEGER NOT NULL,
    "entries" DOUBLE PRECISION[],

    CONSTRAINT "generators_pkey" PRIMARY KEY ("trial_id","ordinal")
);

-- CreateTable
CREATE TABLE "directions" (
    "sweep_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "origin" "direction_origin" NOT NULL,
    "trial_id" INTEGER,
    "rank" INTEGER,
    "dimension" INTEGER NOT NULL,
    "entries" DOUBLE PRECISION[],
    "extent" DOUBLE PRECISION NOT NULL,
    "standing" "standing",
    "score" DOUBLE PRECISION,
    "reason" TEXT,

    CONSTRAINT "directions_pkey" PRIMARY KEY ("sweep_id","number")
);

-- CreateTable
CREATE TABLE "validity_tests" (
    "sweep_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "directions" INTEGER[],
    "displacement" DOUBLE PRECISION NOT NULL,
    "sees" "sees" NOT NULL,
    "cross_entropy" DOUBLE PRECISION,
    "tested_at" TIMESTAMPTZ(3),

    CONSTRAINT "validity_tests_pkey" PRIMARY KEY ("sweep_id","number")
);

-- CreateTable
CREATE TABLE "verdicts" (
    "id" SERIAL NOT NULL,
    "sweep_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "status" "verdict_status" NOT NULL,
    "name" TEXT,
    "dimension" INTEGER NOT NULL,
    "group_dimension" INTEGER,
    "basis_count" INTEGER,
    "closure_defect" DOUBLE PRECISION,
    "abelian" BOOLEAN NOT NULL,
    "support" DOUBLE PRECISION,
    "score" DOUBLE PRECISION,
    "reason" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verdicts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verdict_generators" (
    "verdict_id" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "dimension" INTEGER NOT NULL,
    "entries" DOUBLE PRECISION[],

    CONSTRAINT "verdict_generators_pkey" PRIMARY KEY ("verdict_id","ordinal")
);

-- CreateIndex
CREATE UNIQUE INDEX "trials_sweep_id_number_key" ON "trials"("sweep_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "trials_sweep_id_configuration_seed_key" ON "trials"("sweep_id", "configuration", "seed");

-- CreateIndex
CREATE INDEX "directions_trial_id_idx" ON "directions"("trial_id");

-- CreateIndex
CREATE UNIQUE INDEX "verdicts_sweep_id_number_key" ON "verdicts"("sweep_id", "number");

-- AddForeignKey
ALTER TABLE "sweeps" ADD CONSTRAINT "sweeps_dataset_sha256_fkey" FOREIGN KEY ("dataset_sha256") REFERENCES "datasets"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trials" ADD CONSTRAINT "trials_sweep_id_fkey" FOREIGN KEY ("sweep_id") REFERENCES "sweeps"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "epochs" ADD CONSTRAINT "epochs_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generators" ADD CONSTRAINT "generators_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directions" ADD CONSTRAINT "directions_sweep_id_fkey" FOREIGN KEY ("sweep_id") REFERENCES "sweeps"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directions" ADD CONSTRAINT "directions_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "validity_tests" ADD CONSTRAINT "validity_tests_sweep_id_fkey" FOREIGN KEY ("sweep_id") REFERENCES "sweeps"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_sweep_id_fkey" FOREIGN KEY ("sweep_id") REFERENCES "sweeps"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "verdict_generators" ADD CONSTRAINT "verdict_generators_verdict_id_fkey" FOREIGN KEY ("verdict_id") REFERENCES "verdicts"("id") ON DELETE CASCADE ON UPDATE CASCADE;
