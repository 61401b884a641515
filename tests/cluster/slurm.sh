#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: slurm.sh SOURCE: what packaging/slurm writes runs on a real Slurm of one node: two ranks that know their places,
# an array over seeds, and a job whose time ends writes its checkpoint, goes back into the queue and is resumed.
set -u
source=$1
skip() { echo "SKIPPED: $*"; exit 77; }
fail() { echo "FAILED: $*"; cat "$dir"/*.log "$dir"/run*.log 2>/dev/null | tail -n 40; exit 1; }
[ "$(id -u)" = 0 ] || skip "a Slurm of one node is set up by root only"
for program in slurmctld slurmd sbatch srun scontrol squeue scancel; do
    command -v $program >/dev/null || skip "$program is not installed (slurm-wlm)"
done
dir=$(mktemp -d)
cleanup() {
    for name in slurmd slurmctld; do [ -f "$dir/$name.pid" ] && kill "$(cat "$dir/$name.pid")" 2>/dev/null; done
    sleep 0.5
    rm -rf "$dir"
}
trap cleanup EXIT
mkdir -p "$dir/state" "$dir/spool"
host=$(hostname -s)
export SLURM_CONF=$dir/slurm.conf
cat >"$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
SlurmUser=root
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ReturnToService=2
SlurmdParameters=config_overrides
KillWait=10
SchedulerParameters=requeue_setup_env_fail,sched_interval=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
slurmctld -c && slurmd -c || skip "slurmctld or slurmd does not start here: $(tail -n 3 "$dir"/slurm*.log)"
for _ in $(seq 60); do
    sinfo -h -o %T 2>/dev/null | grep -q idle && break
    sleep 0.5
done
sinfo -h -o %T 2>/dev/null | grep -q idle || skip "the node does not come up here: $(tail -n 3 "$dir"/slurmd.log)"

# In place of the trainer: notes what it was asked to do and where it stands, and trains until it is told to stop.
cat >"$dir/cli" <<'STUB'
#!/usr/bin/env bash
[ "$1" = train ] || exit 2
if [ "$2" = --resume ]; then
    run=$3
    echo "rank $SLURM_PROCID of $SLURM_NTASKS resumed at $MASTER_ADDR" >>"$run/notes"
    exit 0
fi
run=$4
shift 4
mkdir -p "$run"
echo "rank $SLURM_PROCID of $SLURM_NTASKS at $MASTER_ADDR $*" >>"$run/notes"
touch "$run/config.toml"
[ -f "$run/../long" ] || exit 0
trap 'echo "rank $SLURM_PROCID checkpoint" >>"$run/notes"; exit 5' TERM
while true; do sleep 0.2; done
STUB
chmod +x "$dir/cli"
echo 'format = "binaurium-train"' >"$dir/config.toml"
settled() { # JOB: waits until it has left the queue
    for _ in $(seq 120); do
        [ -z "$(squeue -h -j "$1" 2>/dev/null)" ] && return 0
        sleep 0.5
    done
    return 1
}
slurm() { bash "$source/packaging/slurm" "$dir/config.toml" --cli "$dir/cli" "$@"; }

job=$(slurm -o "$dir/two" --ranks 2 --set "head_folders=[\"/a b\"]" --submit 2>/dev/null) || fail "no job was made"
settled "$job" || fail "the job of two ranks does not end"
for rank in 0 1; do
    grep -q "^rank $rank of 2 at 127.0.0.1 --set head_folders=\[\"/a b\"\]$" "$dir/two/notes" || fail "rank $rank does not know its place: $(cat "$dir/two/notes")"
done
job=$(slurm -o "$dir/sweep" --seeds 3,7 --at-once 1 --submit 2>/dev/null) || fail "no array was made"
settled "$job" || fail "the array does not end"
for seed in 3 7; do
    grep -q "set seed=$seed$" "$dir/sweep/seed-$seed/notes" || fail "seed $seed was not trained"
done
mkdir -p "$dir/requeued"
touch "$dir/requeued/long"
job=$(slurm -o "$dir/requeued/run" --submit 2>/dev/null) || fail "no job was made"
for _ in $(seq 60); do [ -f "$dir/requeued/run/config.toml" ] && break; sleep 0.5; done
scancel --batch --signal=USR1 "$job" # what Slurm sends two minutes before the end
for _ in $(seq 240); do
    grep -q resumed "$dir/requeued/run/notes" 2>/dev/null && break
    # Slurm lets a requeued job wait for two minutes; the test does not.
    squeue -h -j "$job" -o %T | grep -q PENDING && scontrol update JobId="$job" StartTime=now
    sleep 0.5
done
grep -q "rank 0 checkpoint" "$dir/requeued/run/notes" || fail "no checkpoint before the end: $(cat "$dir/requeued/run/notes")"
grep -q "resumed" "$dir/requeued/run/notes" || fail "the job was not resumed: $(scontrol show job "$job")"
slurm -o "$dir/two" >/dev/null 2>&1 && fail "a script was overwritten"
slurm -o "$dir/x" --ranks "2; rm -rf /" >/dev/null 2>&1 && fail "a hostile number went through"
echo "two ranks, an array and a requeued job: as they should"
