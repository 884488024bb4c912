package io.magpie.bench.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A library between the gateway and the kernel: file writes and fsyncs that fail or wait, and a wall clock that jumps. It
 * is compiled here and now, and obeys a file that both processes share.
 *
 * <p>Owner: the main thread.
 */
final class Shim implements AutoCloseable {
    /** Input/output error. */
    static final int EIO = 5;

    /** No space left on device. */
    static final int ENOSPC = 28;

    private static final String SOURCE = "faults.c";
    private static final int CONTROL_BYTES = 24;
    private static final int COMPILE_SECONDS = 60;

    private final Path library;
    private final Path control;
    private final Path data;
    private final FileChannel channel;
    private int writeErrno;
    private int fsyncErrno;
    private int delayMillis;
    private long clockMillis;

    /** @param data the directory whose files are touched */
    Shim(Path library, Path control, Path data) throws IOException {
        this.library = library;
        this.control = control;
        this.data = data;
        RandomAccessFile file = new RandomAccessFile(control.toFile(), "rw");
        this.channel = file.getChannel();
        write();
    }

    /** Why it can't be compiled here; empty if it can. */
    static Optional<String> missing() throws InterruptedException {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("LD_PRELOAD is of Linux");
        }
        try {
            Process compiler = new ProcessBuilder("cc", "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return compiler.waitFor() == 0 ? Optional.empty() : Optional.of("cc doesn't work");
        } catch (IOException e) {
            return Optional.of("there is no cc (Debian: apt-get install gcc libc6-dev)");
        }
    }

    /** Compiles it into a directory. */
    static Shim compile(Path directory, Path data) throws IOException, InterruptedException {
        Path source = directory.resolve(SOURCE);
        try (InputStream in = Shim.class.getResourceAsStream("/verify/" + SOURCE)) {
            if (in == null) {
                throw new NoSuchFileException(SOURCE, null, "it isn't part of this jar");
            }
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path library = directory.resolve("faults.so").toAbsolutePath();
        Path log = directory.resolve("faults-compiler.log");
        Process compiler = new ProcessBuilder(List.of(
                        "cc",
                        "-O2",
                        "-shared",
                        "-fPIC",
                        "-pthread",
                        "-o",
                        library.toString(),
                        source.toString(),
                        "-ldl"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!compiler.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
            compiler.destroyForcibly();
            throw new IOException("the shim can't be compiled: " + Files.readString(log));
        }
        return new Shim(library, directory.resolve("faults.control").toAbsolutePath(), data.toAbsolutePath());
    }

    /** What a process needs to be under its control. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAULTS_CONTROL", control.toString(),
                "FAULTS_PATH", data.toString());
    }

    /** From now on writes and fsyncs of the data end with these errors, 0 for none, after this time. */
    void files(int onWrite, int onFsync, int millis) throws IOException {
        writeErrno = onWrite;
        fsyncErrno = onFsync;
        delayMillis = millis;
        write();
    }

    /** The wall clock is off by so much from now on. */
    void clock(long millis) throws IOException {
        clockMillis = millis;
        write();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void write() throws IOException {
        ByteBuffer fields = ByteBuffer.allocate(CONTROL_BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(writeErrno)
                .putInt(fsyncErrno)
                .putInt(delayMillis)
                .putInt(0)
                .putLong(clockMillis)
                .flip();
        channel.write(fields, 0);
    }
}
