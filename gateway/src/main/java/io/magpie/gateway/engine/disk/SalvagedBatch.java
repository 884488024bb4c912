package io.magpie.gateway.engine.disk;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.WriteBatch;

/**
 * What a record of a write-ahead log put. Deletions are of no interest: what retention deletes is below a floor, which
 * is put. Only collects, since the library swallows what is thrown within it.
 */
@OwnedBy(Owner.MAIN)
final class SalvagedBatch extends WriteBatch.Handler {
    /** What gets each value. */
    interface Values {
        void take(Storage.Family family, byte[] key, byte[] value);
    }

    private final Values values;
    private final List<Runnable> put = new ArrayList<>();

    SalvagedBatch(Values values) {
        this.values = values;
    }

    /** Hands over what was put, in its order. */
    void handOver() {
        put.forEach(Runnable::run);
    }

    /** Families are numbered as they were made, and 0 is the library's own. */
    @Override
    public void put(int family, byte[] key, byte[] value) {
        if (family >= 1 && family <= Storage.ALL.size()) {
            put.add(() -> values.take(Storage.ALL.get(family - 1), key, value));
        }
    }

    @Override
    public void put(byte[] key, byte[] value) {}

    @Override
    public void merge(int family, byte[] key, byte[] value) {}

    @Override
    public void merge(byte[] key, byte[] value) {}

    @Override
    public void delete(int family, byte[] key) {}

    @Override
    public void delete(byte[] key) {}

    @Override
    public void singleDelete(int family, byte[] key) {}

    @Override
    public void singleDelete(byte[] key) {}

    @Override
    public void deleteRange(int family, byte[] from, byte[] to) {}

    @Override
    public void deleteRange(byte[] from, byte[] to) {}

    @Override
    public void logData(byte[] blob) {}

    @Override
    public void putBlobIndex(int family, byte[] key, byte[] value) {}

    @Override
    public void markBeginPrepare() {}

    @Override
    public void markEndPrepare(byte[] id) {}

    @Override
    public void markNoop(boolean emptyBatch) {}

    @Override
    public void markRollback(byte[] id) {}

    @Override
    public void markCommit(byte[] id) {}

    @Override
    public void markCommitWithTimestamp(byte[] id, byte[] time) {}
}
