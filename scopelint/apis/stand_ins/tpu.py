"""What TF says of TPUs where there are none."""


class TpuContext:
    number_of_shards = None

    def set_number_of_shards(self, number_of_shards):
        self.number_of_shards = number_of_shards


_context = TpuContext()


def get_tpu_context():
    return _context
