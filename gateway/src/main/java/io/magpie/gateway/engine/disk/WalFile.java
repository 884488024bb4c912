package io.magpie.gateway.engine.disk;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Reads what is right in a write-ahead log of RocksDB, past what is damaged, which the library doesn't. The file is
 * blocks of 32 KiB of parts, each with a check sum; a record is one part or several, and is a serialized
 * {@code WriteBatch}. Format: github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format.
 */
@OwnedBy(Owner.MAIN)
final class WalFile {
    private static final int BLOCK = 32 * 1_024;

    /** Check sum, length, type. */
    private static final int HEADER = 7;

    private static final int MASK_DELTA = 0xa282ead8;
    private static final int FULL = 1;
    private static final int FIRST = 2;
    private static final int LAST = 4;

    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private final Consumer<byte[]> records;
    private boolean within;
    private int damaged;

    private WalFile(Consumer<byte[]> records) {
        this.records = records;
    }

    /**
     * Reads a file from its beginning.
     *
     * @return how many of its blocks are damaged; a file that ends within a record isn't
     */
    static int read(Path path, Consumer<byte[]> records) throws IOException {
        WalFile wal = new WalFile(records);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            for (long left = file.length(); left > 0; left -= BLOCK) {
                byte[] block = new byte[(int) Math.min(BLOCK, left)];
                file.readFully(block);
                wal.block(block, left <= BLOCK);
            }
        }
        return wal.damaged;
    }

    /** What follows a damaged part can't be told apart before the next block. */
    private void block(byte[] bytes, boolean last) {
        ByteBuffer block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (block.remaining() >= HEADER) {
            int sum = block.getInt();
            int length = Short.toUnsignedInt(block.getShort());
            int type = block.get();
            if (sum == 0 && length == 0 && type == 0) {
                // Space that was never written ends a file; anywhere else something is gone.
                damaged += within || !last ? 1 : 0;
                within = false;
                return;
            }
            boolean cut = length > block.remaining();
            if (cut || masked(bytes, block.position() - 1, length + 1) != sum) {
                within = false;
                damaged += cut && last ? 0 : 1;
                return;
            }
            part(type, bytes, block.position(), length);
            block.position(block.position() + length);
        }
    }

    /** Over the type and what follows. */
    private static int masked(byte[] block, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(block, offset, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    private void part(int type, byte[] block, int offset, int length) {
        if (type == FULL || type == FIRST) {
            record.reset();
            within = true;
        }
        if (!within || type < FULL || type > LAST) {
            // Of a record whose beginning is damaged, or of a kind that holds no data.
            within = false;
            return;
        }
        record.write(block, offset, length);
        if (type == FULL || type == LAST) {
            within = false;
            records.accept(record.toByteArray());
        }
    }
}
