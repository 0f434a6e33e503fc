package headway.bench;

import java.io.IOException;
import java.nio.file.Path;

/** The floor of this machine: a program in C, AF_UNIX SOCK_SEQPACKET, blocking, one send and one receive for each message. */
record SeqpacketSide() implements ForeignSide {

    private static final CProgram PROGRAM = new CProgram("seqpacket", false);

    @Override
    public String name() {
        return "seqpacket";
    }

    @Override
    public String description() {
        return "C, AF_UNIX SOCK_SEQPACKET";
    }

    @Override
    public String obstacle(Plan plan) {
        return PROGRAM.obstacle();
    }

    @Override
    public void prepare(Plan plan, Children children) throws IOException, InterruptedException {
        PROGRAM.compile(children.directory());
    }

    @Override
    public Path program(Path meeting) {
        return PROGRAM.in(meeting);
    }
}
